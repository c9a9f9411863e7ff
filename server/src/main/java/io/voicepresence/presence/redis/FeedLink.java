package io.voicepresence.presence.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.Optional;

/**
 * One connection to one master, for subscriptions. It lives once: a lost one is replaced by another
 * link, so that what still comes of the old one can be told apart.
 *
 * <p>Confirmations are taken from what the server pushes, by name, and never from a command's
 * future: an unasked {@code sunsubscribe} answers the wrong one of Lettuce's commands. It must be
 * RESP3: with RESP2 Lettuce takes a shard message for the answer of the command that waits.
 */
final class FeedLink extends RedisPubSubAdapter<String, byte[]>
    implements RedisConnectionStateListener {

  /** Whom a link tells, on whatever thread. */
  interface Owner {
    void opened(FeedLink link);

    /** It is of no use any more, or never was; may come several times. */
    void closed(FeedLink link, String reason);

    void subscribed(FeedLink link, String name);

    void unsubscribed(FeedLink link, String name);

    /** The server would not subscribe that channel, or did not answer. */
    void refused(FeedLink link, String name, Throwable error);

    /** Commands wait for {@link #flush}, which may be when others are there too. */
    void flushSoon(FeedLink link);

    /** A message came. On the link's own thread, in order. */
    void received(FeedLink link, String name, byte[] message);
  }

  private final RedisTopology.Server server;
  private final Owner owner;
  private final long begunAt;
  private volatile Optional<StatefulRedisPubSubConnection<String, byte[]>> connection =
      Optional.empty();
  private volatile boolean closed;
  private boolean unflushed;

  /**
   * @param begunAt now, in nanoseconds
   */
  FeedLink(RedisTopology.Server server, Owner owner, long begunAt) {
    this.server = server;
    this.owner = owner;
    this.begunAt = begunAt;
  }

  RedisTopology.Server server() {
    return server;
  }

  long begunAt() {
    return begunAt;
  }

  /** Connects. Blocks for the connect time-out at most, and tells the owner how it went. */
  void connect(RedisTopology topology) {
    try {
      StatefulRedisPubSubConnection<String, byte[]> opened = topology.connectPubSub(server);
      opened.setAutoFlushCommands(false);
      opened.addListener((RedisConnectionStateListener) this);
      opened.addListener((RedisPubSubListener<String, byte[]>) this);
      connection = Optional.of(opened);
      if (closed) {
        close();
      } else if (opened.isOpen()) {
        owner.opened(this);
      } else {
        owner.closed(this, "closed at once");
      }
    } catch (Throwable unreachable) {
      owner.closed(this, unreachable.toString());
    }
  }

  /** Whether it has been connected and nothing is known to be wrong. */
  boolean isOpen() {
    return !closed && connection.isPresent();
  }

  /**
   * One channel a command, for two of them may lie in different slots. The keeper's, as {@link
   * #unsubscribe} and {@link #flush} are.
   */
  void subscribe(String name) {
    connection.ifPresent(
        open -> {
          flushSoon();
          var _ =
              open.async()
                  .ssubscribe(name)
                  .whenComplete(
                      (_, error) -> {
                        if (error != null) {
                          owner.refused(this, name, error);
                        }
                      });
        });
  }

  /** A refusal does not matter: the slot moved away, and the subscription ended with that. */
  void unsubscribe(String name) {
    connection.ifPresent(
        open -> {
          flushSoon();
          var _ =
              open.async()
                  .sunsubscribe(name)
                  .whenComplete(
                      (_, error) -> {
                        if (error != null) {
                          owner.unsubscribed(this, name);
                        }
                      });
        });
  }

  /** Sends what was asked for since the last time, all at once. */
  void flush() {
    unflushed = false;
    connection.ifPresent(StatefulRedisPubSubConnection::flushCommands);
  }

  private void flushSoon() {
    if (!unflushed) {
      unflushed = true;
      owner.flushSoon(this);
    }
  }

  /** Ends it without waiting for a goodbye: the other side may be a black hole. */
  void close() {
    closed = true;
    connection
        .filter(StatefulRedisPubSubConnection::isOpen)
        .ifPresent(
            open -> {
              var _ = open.closeAsync();
            });
  }

  @Override
  public void onRedisDisconnected(RedisChannelHandler<?, ?> gone) {
    owner.closed(this, "the connection was closed");
  }

  @Override
  public void ssubscribed(String name, long count) {
    owner.subscribed(this, name);
  }

  @Override
  public void sunsubscribed(String name, long count) {
    owner.unsubscribed(this, name);
  }

  @Override
  public void smessage(String name, byte[] message) {
    owner.received(this, name, message);
  }
}
