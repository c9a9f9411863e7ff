package io.voicepresence.presence.redis;

import io.voicepresence.presence.ChangeFeed;
import io.voicepresence.presence.redis.RedisTopology.Server;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the feed has of one master: a link, made anew whenever it is lost, and the probes over it.
 * Only for the keeper's thread, but for {@link #healthy} and {@link #probe}.
 */
final class MasterFeed {
  private static final Logger log = LoggerFactory.getLogger(ChangeFeed.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

  /** After these many doublings the pause is the longest. */
  private static final int MAX_DOUBLINGS = 5;

  private final Server server;
  private final String node;
  private final RandomGenerator random = RandomGenerator.getDefault();
  private volatile Optional<FeedLink> link = Optional.empty();
  private volatile Optional<LinkProbe> probe = Optional.empty();
  private boolean probeHeard;
  private long probeAskedAt;
  private int failures;
  private long notBefore;

  /** Before that, the start says whether Redis can be reached. */
  private boolean everUp;

  private boolean down;
  private long downSince;

  MasterFeed(Server server, String node, long now) {
    this.server = server;
    this.node = node;
    this.notBefore = now;
  }

  Optional<FeedLink> link() {
    return link;
  }

  boolean isOn(FeedLink other) {
    return link.filter(own -> own == other).isPresent();
  }

  /** Whether a new link is to be begun. */
  boolean wantsLink(long now) {
    return link.isEmpty() && now - notBefore >= 0;
  }

  FeedLink begin(FeedLink.Owner owner, long now) {
    FeedLink begun = new FeedLink(server, owner, now);
    link = Optional.of(begun);
    return begun;
  }

  Optional<LinkProbe> probe() {
    return probe;
  }

  /** Sees to it that the link listens for probes on that channel. The link is open. */
  void listenForProbes(String channel, long now) {
    FeedLink open = link.orElseThrow();
    if (probe.filter(own -> own.channel().equals(channel)).isEmpty()) {
      probe.ifPresent(old -> open.unsubscribe(old.channel()));
      probe = Optional.of(new LinkProbe(channel, node, now));
      probeHeard = false;
      probeAskedAt = now;
      open.subscribe(channel);
    } else if (!probeHeard && now - probeAskedAt > LONGEST_PAUSE.toNanos()) {
      probeAskedAt = now;
      open.subscribe(channel);
    }
  }

  /** The server confirmed, or ended, the subscription of the probe's channel. */
  void probeHeard(boolean heard) {
    probeHeard = heard;
  }

  /** Whether a probe would be heard, and one is to be sent. */
  boolean probeDue(long now) {
    return probeHeard && probe.filter(own -> own.due(now)).isPresent();
  }

  /** What is wrong with the link; empty while nothing is, or there is none. */
  Optional<String> complaint(long now) {
    if (link.isEmpty()) {
      return Optional.empty();
    }
    if (!link.get().isOpen()) {
      boolean late = now - link.get().begunAt() > LinkProbe.STARVED_AFTER.toNanos();
      return late ? Optional.of("no connection in time") : Optional.empty();
    }
    boolean starved = probe.filter(own -> own.starved(now)).isPresent();
    return starved ? Optional.of("its probes do not come back") : Optional.empty();
  }

  /** Probes at once: something happened. */
  void hurry(long now) {
    probe.ifPresent(own -> own.hurry(now));
  }

  /** This process stood still, which says nothing against the link. */
  void excuse(long now) {
    probe.ifPresent(own -> own.excuse(now));
  }

  /** The first probe came back: only now the link is worth anything. */
  void proven(long now) {
    if (down && everUp) {
      long millis = TimeUnit.NANOSECONDS.toMillis(now - downSince);
      log.info("The change feed's link to {} is back after {} ms", server.name(), millis);
    }
    down = false;
    everUp = true;
    failures = 0;
  }

  /** Ends the link; another is begun at once the first time, then after growing pauses. */
  void drop(String reason, long now) {
    if (!down) {
      if (everUp) {
        log.warn("The change feed's link to {} is lost: {}", server.name(), reason);
      }
      down = true;
      downSince = now;
    }
    notBefore = now + pause();
    failures++;
    end();
  }

  void end() {
    link.ifPresent(FeedLink::close);
    link = Optional.empty();
    probe = Optional.empty();
    probeHeard = false;
  }

  /** From any thread. */
  boolean healthy(long now) {
    return link.filter(FeedLink::isOpen).isPresent()
        && probe.filter(own -> own.fresh(now)).isPresent();
  }

  /** Jittered, so that nodes do not come back in step. */
  private long pause() {
    if (failures == 0) {
      return 0;
    }
    long longest =
        Math.min(
            FIRST_PAUSE.toNanos() << Math.min(failures - 1, MAX_DOUBLINGS),
            LONGEST_PAUSE.toNanos());
    return random.nextLong(longest / 2, longest + 1);
  }
}
