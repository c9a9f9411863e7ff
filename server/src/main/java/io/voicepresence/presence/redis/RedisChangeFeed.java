package io.voicepresence.presence.redis;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.error.ErrorCode;
import io.voicepresence.error.RequestException;
import io.voicepresence.presence.ChangeFeed;
import io.voicepresence.presence.redis.FollowedChannel.Follower;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The feed of many nodes, over sharded publish and subscribe of Redis 7: each channel's events go
 * over a shard channel of its own, which lies with the channel's keys.
 *
 * <p>Redis keeps nothing for a subscriber that is away. Whenever a subscription was gone, however
 * shortly, the channel's listeners are told {@link Listener#onDoubt} once it is back.
 */
public final class RedisChangeFeed implements ChangeFeed, AutoCloseable {
  private static final Duration FOLLOWED_WITHIN = Duration.ofSeconds(1);

  private final Function<ChannelId, String> shardChannel;
  private final ScheduledExecutorService thread;
  private final Map<String, FollowedChannel> channels = new ConcurrentHashMap<>();
  private final FeedCounters counters = new FeedCounters();
  private final FeedDelivery delivery;
  private final FeedKeeper keeper;

  /**
   * Begins to connect; {@link #healthy} tells when it is done.
   *
   * @param shardChannel names a channel's shard channel
   */
  RedisChangeFeed(
      RedisTopology topology, RedisCommands commands, Function<ChannelId, String> shardChannel) {
    this(topology, commands, shardChannel, System::nanoTime);
  }

  RedisChangeFeed(
      RedisTopology topology,
      RedisCommands commands,
      Function<ChannelId, String> shardChannel,
      LongSupplier nanoTime) {
    this.shardChannel = shardChannel;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("feed-keeper").factory());
    this.delivery = new FeedDelivery(channels, counters, nanoTime);
    this.keeper =
        new FeedKeeper(topology, commands, channels, delivery, counters, nanoTime, thread);
    keeper.start();
  }

  @Override
  public Following follow(ChannelId id, Listener listener) {
    Follower follower = new Follower(listener);
    Joined joined = join(id, follower);
    FollowedChannel channel = joined.channel();
    if (!joined.confirmation().isDone()) {
      keeper.settleSoon(channel);
      await(joined, follower);
    }
    return () -> unfollow(channel, follower);
  }

  /** True while all links bring their probes back and no subscription is amiss. */
  @Override
  public boolean healthy() {
    return !thread.isShutdown() && keeper.healthy();
  }

  /** Messages that came for followed channels, unreadable ones included, since the start. */
  public long messages() {
    return counters.messages.sum();
  }

  /** Messages that could not be read, since the start. */
  public long dropped() {
    return counters.dropped.sum();
  }

  /** Links that were lost, or could not be made, since the start. */
  public long relinks() {
    return counters.relinks.sum();
  }

  /** Channels that are followed here now. */
  public int followed() {
    return channels.size();
  }

  /** Ends all links; whoever follows hears nothing more. */
  @Override
  public void close() {
    keeper.close();
    thread.shutdown();
    delivery.close();
  }

  private record Joined(FollowedChannel channel, CompletableFuture<Void> confirmation) {}

  /** In one step with looking the channel up, or the keeper lets go of it in between. */
  private Joined join(ChannelId id, Follower follower) {
    String name = shardChannel.apply(id);
    CompletableFuture<CompletableFuture<Void>> confirmation = new CompletableFuture<>();
    FollowedChannel channel =
        channels.compute(
            name,
            (_, known) -> {
              FollowedChannel followed = known == null ? new FollowedChannel(id, name) : known;
              confirmation.complete(followed.add(follower));
              return followed;
            });
    return new Joined(channel, confirmation.join());
  }

  private void await(Joined joined, Follower follower) {
    try {
      joined.confirmation().get(FOLLOWED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException late) {
      unfollow(joined.channel(), follower);
      throw unavailable();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      unfollow(joined.channel(), follower);
      throw unavailable();
    }
  }

  private void unfollow(FollowedChannel channel, Follower follower) {
    if (channel.remove(follower)) {
      keeper.settleSoon(channel);
    }
  }

  private static RequestException unavailable() {
    return new RequestException(
        ErrorCode.UNAVAILABLE, "The store's change feed is out of reach; try again");
  }
}
