package io.voicepresence.presence.redis;

import io.voicepresence.presence.PresenceSettings;
import io.voicepresence.presence.PresenceStore;
import io.voicepresence.presence.StoreClock;
import io.voicepresence.presence.simulation.Faults;
import io.voicepresence.presence.simulation.Subject;
import io.voicepresence.presence.simulation.Told;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The store on a real server, with a test's clock, and all that may befall it. */
final class RedisSubject implements Subject {
  private final BreakableCommands link;
  private final RecordingFeed feed;
  private final RedisFaults faults;
  private final PresenceStore store;

  RedisSubject(RedisLinks links, StoreClock clock, PresenceSettings settings) {
    feed = links.feed();
    faults = links.faults();
    faults.loseEverything();
    feed.take();
    OneServerCommands commands = links.commands();
    link = new BreakableCommands(new ClockedCommands(commands, clock));
    RedisScripts scripts =
        new RedisScripts(
            link,
            settings,
            () -> TimeUnit.MILLISECONDS.toNanos(clock.ticks()),
            ClockedCommands::onTestClock,
            new RecentOutages(clock::ticks, Duration.ZERO));
    store = new RedisPresenceStore(link, scripts, settings);
  }

  @Override
  public PresenceStore store() {
    return store;
  }

  @Override
  public List<Told> heard() {
    return feed.take();
  }

  @Override
  public Faults faults() {
    return faults;
  }

  @Override
  public void breakAfter(int intact, boolean carriedOut) {
    link.breakAfter(intact, carriedOut);
  }

  @Override
  public void mend() {
    link.mend();
  }

  @Override
  public void close() {
    // The links serve all histories.
  }
}
