package io.voicepresence.presence.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.voicepresence.presence.ChangeFeed;
import io.voicepresence.presence.redis.FollowedChannel.Step;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that each followed channel is subscribed on the link to its owner, whatever happens to
 * links, servers and slots. All of it runs on one thread, so that a follow, a close, a confirmation
 * and a loss never meet half way; what may block runs elsewhere.
 *
 * <p>Lettuce's own way does not do: after a reconnect it repeats all shard channels in one command,
 * which a Cluster refuses, and after a failover it leaves those that moved.
 */
final class FeedKeeper implements FeedLink.Owner {
  private static final Logger log = LoggerFactory.getLogger(ChangeFeed.class);
  private static final Duration TICK = Duration.ofMillis(100);
  private static final long RETRY_PAUSE = TimeUnit.MILLISECONDS.toNanos(500);

  /** A link that answers probes owes an answer to this too. */
  private static final long ANSWER_WITHIN = TimeUnit.SECONDS.toNanos(3);

  /** Ticks so far apart mean that this process stood still. */
  private static final long STOOD_STILL = TimeUnit.SECONDS.toNanos(1);

  private final RedisTopology topology;
  private final boolean clustered;
  private final LongSupplier nanoTime;
  private final ScheduledExecutorService thread;
  private final Map<String, FollowedChannel> channels;
  private final FeedDelivery delivery;
  private final FeedLinks links;
  private final LogThrottle refusals;
  private final Set<FollowedChannel> unsettled = new LinkedHashSet<>();
  private final Set<FollowedChannel> lost = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean topologyTold = new AtomicBoolean();
  private long tickedAt;

  /**
   * @param thread runs one thing at a time
   */
  FeedKeeper(
      RedisTopology topology,
      RedisCommands commands,
      Map<String, FollowedChannel> channels,
      FeedDelivery delivery,
      FeedCounters counters,
      LongSupplier nanoTime,
      ScheduledExecutorService thread) {
    this.topology = topology;
    this.clustered = commands.clustered();
    this.nanoTime = nanoTime;
    this.thread = thread;
    this.channels = channels;
    this.delivery = delivery;
    this.links = new FeedLinks(topology, commands, this, this::unheard, counters, now());
    this.refusals = new LogThrottle(nanoTime, Duration.ofSeconds(10));
    this.tickedAt = now();
  }

  void start() {
    topology.onChange(this::topologyChangedSoon);
    var _ =
        thread.scheduleWithFixedDelay(
            guarded(this::tick), 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Looks at that channel soon: its followers changed. */
  void settleSoon(FollowedChannel channel) {
    run(() -> settle(channel));
  }

  /** Whether everything that is published arrives here. */
  boolean healthy() {
    return lost.isEmpty() && links.healthy(now());
  }

  /** Ends all links. The thread is its owner's to end. */
  void close() {
    run(links::close);
  }

  @Override
  public void opened(FeedLink link) {
    run(
        () -> {
          if (links.isCurrent(link)) {
            tick();
            List.copyOf(unsettled).forEach(this::settle);
          }
        });
  }

  @Override
  public void closed(FeedLink link, String reason) {
    run(() -> lose(link, reason));
  }

  @Override
  public void subscribed(FeedLink link, String name) {
    run(
        () -> {
          if (ProbeChannels.areOn(name)) {
            links.probeHeard(link, name, true, now());
            return;
          }
          FollowedChannel channel = channels.get(name);
          if (channel == null) {
            link.unsubscribe(name);
          } else if (channel.isOn(link)
              && (channel.step() == Step.SUBSCRIBING || channel.step() == Step.NONE)) {
            unsettled.remove(channel);
            boolean doubtful = channel.subscribed();
            note(channel);
            if (doubtful) {
              delivery.doubt(channel);
            }
          }
        });
  }

  @Override
  public void unsubscribed(FeedLink link, String name) {
    run(
        () -> {
          if (ProbeChannels.areOn(name)) {
            links.probeHeard(link, name, false, now());
            links.refresh(now());
            return;
          }
          FollowedChannel channel = channels.get(name);
          if (channel == null || !channel.isOn(link)) {
            return;
          }
          boolean unasked = channel.step() == Step.SUBSCRIBED || channel.step() == Step.SUBSCRIBING;
          unsubscribed(channel);
          if (unasked) {
            links.refresh(now());
            settleElsewhere(channel, link);
          } else {
            settle(channel);
          }
        });
  }

  @Override
  public void refused(FeedLink link, String name, Throwable error) {
    run(
        () -> {
          links.refresh(now());
          FollowedChannel channel = channels.get(name);
          if (channel == null || !channel.isOn(link) || channel.step() != Step.SUBSCRIBING) {
            return;
          }
          unsubscribed(channel);
          settleElsewhere(channel, link);
          if (error instanceof RedisCommandExecutionException refusal
              && !String.valueOf(refusal.getMessage()).startsWith("MOVED")) {
            refusals.log(
                unsaid ->
                    log.warn(
                        "{} would not subscribe {}: {} ({} more since the last such line)",
                        link.server().name(),
                        name,
                        refusal.getMessage(),
                        unsaid));
          }
        });
  }

  /** After all that waits for this thread now: ten thousand follows are a few writes then. */
  @Override
  public void flushSoon(FeedLink link) {
    run(link::flush);
  }

  @Override
  public void received(FeedLink link, String name, byte[] message) {
    if (!ProbeChannels.areOn(name)) {
      delivery.receive(link, name, message);
    } else if (links.probeReturned(link, message)) {
      run(() -> links.proven(link, now()));
    }
  }

  /** A server took a probe and has no such subscription, though another one confirmed it. */
  private void unheard(FeedLink link) {
    run(
        () -> {
          links.refresh(now());
          // In a Cluster the probe's slot may just have moved away, which says nothing of the rest.
          if (!clustered && links.isCurrent(link)) {
            lose(link, "it is attached to another server than commands go to");
          }
        });
  }

  private void tick() {
    long now = now();
    if (now - tickedAt > STOOD_STILL) {
      links.excuse(now);
    }
    tickedAt = now;
    links.follow(now).forEach(this::loseChannels);
    links.tend(now).forEach(this::lose);
    for (FollowedChannel channel : List.copyOf(unsettled)) {
      if (now - channel.retryAt() >= 0) {
        if (channel.step() == Step.SUBSCRIBING || channel.step() == Step.UNSUBSCRIBING) {
          unsubscribed(channel);
        }
        settle(channel);
      }
    }
  }

  /** Once for all that changes until this thread comes to it: thousands of slots may move. */
  private void topologyChangedSoon() {
    if (!topologyTold.getAndSet(true)) {
      run(this::topologyChanged);
    }
  }

  private void topologyChanged() {
    topologyTold.set(false);
    links.topologyChanged(now());
    tick();
    for (FollowedChannel channel : channels.values()) {
      boolean stays =
          channel.step() == Step.SUBSCRIBED
              && links.openFor(channel.name()).filter(channel::isOn).isPresent();
      if (!stays) {
        settle(channel);
      }
    }
  }

  private void lose(FeedLink link, String reason) {
    if (links.isCurrent(link)) {
      links.drop(link, reason, now());
      links.refresh(now());
      loseChannels(link);
      links.tend(now()).forEach(this::lose);
    }
  }

  private void loseChannels(FeedLink link) {
    for (FollowedChannel channel : channels.values()) {
      if (channel.isOn(link) && channel.step() != Step.NONE) {
        unsubscribed(channel);
        settle(channel);
      }
    }
  }

  /** Does the next thing that brings the channel to where its followers want it. */
  private void settle(FollowedChannel channel) {
    if (channel.step() == Step.UNSUBSCRIBING) {
      return;
    }
    if (channel.retire()) {
      note(channel);
      end(channel);
      return;
    }
    var target = links.openFor(channel.name());
    if (target.isPresent() && !(channel.step() != Step.NONE && channel.isOn(target.get()))) {
      if (channel.step() != Step.NONE) {
        channel.link().ifPresent(old -> old.unsubscribe(channel.name()));
        unsubscribed(channel);
      }
      channel.subscribing(target.get());
      retry(channel, ANSWER_WITHIN);
      target.get().subscribe(channel.name());
    } else if (target.isEmpty() && channel.step() != Step.SUBSCRIBING) {
      // Where it was subscribed it stays so: the server says so itself when it has the slot no
      // more.
      retry(channel, RETRY_PAUSE);
    } else if (channel.step() == Step.SUBSCRIBED) {
      unsettled.remove(channel);
    }
  }

  private void end(FollowedChannel channel) {
    if (channel.step() == Step.NONE) {
      unsettled.remove(channel);
      var _ =
          channels.computeIfPresent(
              channel.name(), (_, own) -> own == channel && !own.isFollowed() ? null : own);
    } else {
      channel.unsubscribing();
      retry(channel, ANSWER_WITHIN);
      channel.link().ifPresent(link -> link.unsubscribe(channel.name()));
    }
  }

  /** Its subscription ended on that link: goes to another at once, to the same after a pause. */
  private void settleElsewhere(FollowedChannel channel, FeedLink refused) {
    if (links.openFor(channel.name()).filter(link -> link == refused).isPresent()) {
      retry(channel, RETRY_PAUSE);
    } else {
      settle(channel);
    }
  }

  private void retry(FollowedChannel channel, long pause) {
    channel.retryAt(now() + pause);
    unsettled.add(channel);
  }

  private void unsubscribed(FollowedChannel channel) {
    channel.unsubscribed();
    note(channel);
  }

  private void note(FollowedChannel channel) {
    if (channel.lost()) {
      lost.add(channel);
    } else {
      lost.remove(channel);
    }
  }

  private long now() {
    return nanoTime.getAsLong();
  }

  private void run(Runnable step) {
    try {
      thread.execute(guarded(step));
    } catch (RejectedExecutionException closed) {
      // Nothing is kept any more.
    }
  }

  private static Runnable guarded(Runnable step) {
    return () -> {
      try {
        step.run();
      } catch (Throwable broken) {
        // The next tick finds what is left to do.
        log.error("A step of the change feed's keeper failed", broken);
      }
    };
  }
}
