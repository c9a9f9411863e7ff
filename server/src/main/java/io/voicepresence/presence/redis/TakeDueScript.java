package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.utf8;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@code take_due.lua}. */
final class TakeDueScript {
  /** How many channels a node takes at once. */
  static final int MAX_CHANNELS = 100;

  /** After which another node may take them too. */
  static final Duration LEASE = Duration.ofSeconds(2);

  private final RedisScripts scripts;
  private final RedisScript script;

  TakeDueScript(RedisScripts scripts) {
    this.scripts = scripts;
    this.script = scripts.load("take_due");
  }

  /**
   * What is due.
   *
   * @param now by the store's clock
   */
  record Due(long now, List<String> channels) {}

  CompletableFuture<Due> send(String due, int atMost) {
    return scripts
        .run(
            script,
            List.of(due),
            List.of(utf8(Integer.toString(atMost)), utf8(Long.toString(LEASE.toMillis()))))
        .thenApply(
            reply ->
                new Due(
                    (Long) reply.getFirst(),
                    reply.subList(1, reply.size()).stream().map(RedisScripts::text).toList()));
  }
}
