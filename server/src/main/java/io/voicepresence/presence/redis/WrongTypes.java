package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.await;

import io.lettuce.core.RedisCommandExecutionException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Values of a type that no script can work with, which some other program put under our keys. */
final class WrongTypes {
  private static final Logger log = LoggerFactory.getLogger(WrongTypes.class);

  private WrongTypes() {}

  /**
   * Where the step finds such a value, removes it and tries again.
   *
   * @param removal gives the types of what it removed
   */
  static <T> T repairing(Object where, Supplier<List<String>> removal, Supplier<T> step) {
    try {
      return step.get();
    } catch (RedisCommandExecutionException refused) {
      remove(where, removal, refused);
      return step.get();
    }
  }

  /** As {@link #repairing(Object, Supplier, Supplier)}, for a step that is under way already. */
  static <T> T repairing(
      Object where,
      Supplier<List<String>> removal,
      CompletableFuture<T> sent,
      Supplier<CompletableFuture<T>> again) {
    try {
      return await(sent);
    } catch (RedisCommandExecutionException refused) {
      remove(where, removal, refused);
      return await(again.get());
    }
  }

  private static void remove(
      Object where, Supplier<List<String>> removal, RedisCommandExecutionException refused) {
    if (refused.getMessage() == null || !refused.getMessage().startsWith("WRONGTYPE")) {
      throw refused;
    }
    log.warn("Removed values of another type from under the keys of {}: {}", where, removal.get());
  }
}
