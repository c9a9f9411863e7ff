package io.voicepresence.presence.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.ValueListOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.voicepresence.presence.redis.RedisAddress.Credentials;
import io.voicepresence.presence.redis.RedisAddress.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Asks all Sentinels at once who the master is and believes most of them: one that is down is
 * passed over, and one that was cut off and knows only the past is outvoted.
 */
final class SentinelLookup {
  private static final RedisCodec<String, byte[]> CODEC =
      RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

  private final RedisAddress.Sentinel address;
  private final LettuceClient client;
  private final RedisSettings settings;

  SentinelLookup(RedisAddress.Sentinel address, LettuceClient client, RedisSettings settings) {
    this.address = address;
    this.client = client;
    this.settings = settings;
  }

  /** The master; fails where no Sentinel names one. */
  CompletableFuture<Endpoint> master() {
    List<CompletableFuture<Optional<Endpoint>>> answers =
        address.sentinels().stream().map(this::askPatiently).toList();
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenApply(_ -> majority(answers.stream().flatMap(a -> a.join().stream()).toList()));
  }

  private Endpoint majority(List<Endpoint> named) {
    Map<Endpoint, Integer> votes = new HashMap<>();
    named.forEach(endpoint -> votes.merge(endpoint, 1, Integer::sum));
    return votes.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElseThrow(
            () ->
                new RedisConnectionException(
                    "none of the %d Sentinels names a master %s"
                        .formatted(address.sentinels().size(), address.masterName())));
  }

  private CompletableFuture<Optional<Endpoint>> askPatiently(Endpoint sentinel) {
    return ask(sentinel, Credentials.NONE)
        .exceptionallyCompose(
            failure ->
                // Sentinels have users of their own: mostly none, else mostly the same as Redis.
                wantsPassword(failure) && address.credentials().password().isPresent()
                    ? ask(sentinel, address.credentials())
                    : CompletableFuture.failedFuture(failure))
        .completeOnTimeout(
            Optional.empty(), settings.commandTimeout().toNanos(), TimeUnit.NANOSECONDS)
        .exceptionally(_ -> Optional.empty());
  }

  private static boolean wantsPassword(Throwable failure) {
    Throwable cause = failure;
    while (!(cause instanceof RedisCommandExecutionException) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage()).startsWith("NOAUTH");
  }

  private CompletableFuture<Optional<Endpoint>> ask(Endpoint sentinel, Credentials credentials) {
    return client
        .connect(client.uri(sentinel, credentials, 0))
        .thenCompose(
            connection ->
                masterAddress(connection)
                    .whenComplete(
                        (_, _) -> {
                          var _ = connection.closeAsync();
                        }));
  }

  private CompletableFuture<Optional<Endpoint>> masterAddress(
      StatefulRedisConnection<String, byte[]> connection) {
    CommandArgs<String, byte[]> arguments =
        new CommandArgs<>(CODEC).add("get-master-addr-by-name").add(address.masterName());
    return connection
        .async()
        .dispatch(CommandType.SENTINEL, new ValueListOutput<>(CODEC), arguments)
        .toCompletableFuture()
        .orTimeout(settings.commandTimeout().toNanos(), TimeUnit.NANOSECONDS)
        .thenApply(SentinelLookup::endpoint);
  }

  /** Host and port, or nothing where the Sentinel watches no master of that name. */
  private static Optional<Endpoint> endpoint(List<byte[]> answer) {
    if (answer.size() != 2) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Endpoint(text(answer.getFirst()), Integer.parseInt(text(answer.getLast()))));
    } catch (NumberFormatException e) {
      throw new CompletionException(e);
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
