package io.voicepresence.presence.redis;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.voicepresence.channel.ChannelId;
import io.voicepresence.presence.ChangeFeed;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** A feed for tests of the store: one connection that nothing happens to. */
final class PlainFeed implements ChangeFeed {
  private static final String MARKER = "test:marker";
  private static final RedisKeys KEYS = new RedisKeys(false);

  private final RedisCommands commands;
  private final StatefulRedisPubSubConnection<String, byte[]> connection;
  private final Map<String, CompletableFuture<Void>> markers = new ConcurrentHashMap<>();

  PlainFeed(OneServerCommands commands) {
    this.commands = commands;
    this.connection = commands.connectPubSub();
    connection.addListener(
        new RedisPubSubAdapter<>() {
          @Override
          public void smessage(String channel, byte[] message) {
            if (channel.equals(MARKER)) {
              markers.remove(new String(message, StandardCharsets.US_ASCII)).complete(null);
            }
          }
        });
    connection.sync().ssubscribe(MARKER);
  }

  @Override
  public Following follow(ChannelId channel, Listener listener) {
    String name = KEYS.feed(channel);
    connection.addListener(
        new RedisPubSubAdapter<>() {
          @Override
          public void smessage(String from, byte[] message) {
            if (from.equals(name)) {
              switch (FeedMessage.decode(channel, message)) {
                case FeedMessage.Event(var event, long previous) ->
                    listener.onChange(event, previous);
                case FeedMessage.Changed _ -> listener.onDoubt();
                case FeedMessage.Unknown unknown ->
                    throw new IllegalStateException(unknown.reason());
              }
            }
          }
        });
    connection.sync().ssubscribe(name);
    return () -> connection.sync().sunsubscribe(name);
  }

  @Override
  public boolean healthy() {
    return true;
  }

  /** Waits until everything that was published before has come. */
  void settle() {
    String id = Long.toString(System.nanoTime());
    CompletableFuture<Void> marker = new CompletableFuture<>();
    markers.put(id, marker);
    var _ = commands.send(MARKER, c -> c.spublish(MARKER, id.getBytes(StandardCharsets.US_ASCII)));
    marker.join();
  }
}
