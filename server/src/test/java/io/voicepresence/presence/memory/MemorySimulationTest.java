package io.voicepresence.presence.memory;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.presence.ChangeFeed;
import io.voicepresence.presence.PresenceEvent;
import io.voicepresence.presence.PresenceSettings;
import io.voicepresence.presence.PresenceStore;
import io.voicepresence.presence.StoreClock;
import io.voicepresence.presence.simulation.Cast;
import io.voicepresence.presence.simulation.Faults;
import io.voicepresence.presence.simulation.PresenceSimulation;
import io.voicepresence.presence.simulation.Subject;
import io.voicepresence.presence.simulation.Told;
import java.util.ArrayList;
import java.util.List;

class MemorySimulationTest extends PresenceSimulation {
  MemorySimulationTest() {
    super(200, false, false);
  }

  @Override
  protected Subject open(StoreClock clock, PresenceSettings settings) {
    return new MemorySubject(clock, settings);
  }

  /** Nothing can befall it: it is a part of its node. */
  private static final class MemorySubject implements Subject {
    private final MemoryChangeFeed feed = new MemoryChangeFeed();
    private final List<Told> heard = new ArrayList<>();
    private final PresenceStore store;

    MemorySubject(StoreClock clock, PresenceSettings settings) {
      store = new MemoryPresenceStore(feed, settings, clock);
      for (ChannelId channel : Cast.CHANNELS) {
        var _ =
            feed.follow(
                channel,
                new ChangeFeed.Listener() {
                  @Override
                  public void onChange(PresenceEvent event, long previous) {
                    heard.add(Told.of(event, previous));
                  }

                  @Override
                  public void onDoubt() {
                    throw new IllegalStateException("of what?");
                  }
                });
      }
    }

    @Override
    public PresenceStore store() {
      return store;
    }

    @Override
    public List<Told> heard() {
      List<Told> all = List.copyOf(heard);
      heard.clear();
      return all;
    }

    @Override
    public Faults faults() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void breakAfter(int commands, boolean carriedOut) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void mend() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }
}
