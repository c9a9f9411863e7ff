package io.voicepresence.presence.redis;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.voicepresence.channel.ChannelId;
import io.voicepresence.presence.simulation.Told;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Writes down what comes by the feed, versions and all. */
final class RecordingFeed implements AutoCloseable {
  private static final String MARKER = "test:marker";

  /** In their order; an empty one is the marker that says that all before it have come. */
  private final BlockingQueue<Optional<Told>> messages = new LinkedBlockingQueue<>();

  private final StatefulRedisPubSubConnection<String, byte[]> connection;
  private final RedisCommands commands;
  private final Map<String, ChannelId> channels;

  RecordingFeed(OneServerCommands commands, Collection<ChannelId> followed) {
    this.commands = commands;
    RedisKeys keys = new RedisKeys(commands.clustered());
    this.channels = followed.stream().collect(Collectors.toMap(keys::feed, Function.identity()));
    this.connection = commands.connectPubSub();
    connection.addListener(
        new RedisPubSubAdapter<>() {
          @Override
          public void smessage(String channel, byte[] message) {
            messages.add(
                channel.equals(MARKER)
                    ? Optional.empty()
                    : Optional.of(read(channels.get(channel), message)));
          }
        });
    connection.sync().ssubscribe(MARKER);
    channels.keySet().forEach(channel -> connection.sync().ssubscribe(channel));
  }

  /** What came since the last call; everything that was published before has come. */
  List<Told> take() {
    RedisScripts.await(commands.send(MARKER, c -> c.spublish(MARKER, new byte[0])));
    List<Told> heard = new ArrayList<>();
    try {
      for (var next = messages.take(); next.isPresent(); next = messages.take()) {
        heard.add(next.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return heard;
  }

  private static Told read(ChannelId channel, byte[] message) {
    return switch (FeedMessage.decode(channel, message)) {
      case FeedMessage.Event(var event, long previous) -> Told.of(event, previous);
      case FeedMessage.Changed(long previous, long version) ->
          Told.untold(channel, previous, version);
      // The store never sends such a thing: whoever reads this will not expect it.
      case FeedMessage.Unknown _ -> Told.untold(channel, Long.MAX_VALUE, Long.MAX_VALUE);
    };
  }

  @Override
  public void close() {
    connection.close();
  }
}
