package io.voicepresence.bench.micro;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.presence.ChannelSnapshot;
import io.voicepresence.presence.Claim;
import io.voicepresence.presence.LeaveReason;
import io.voicepresence.presence.PresenceSettings;
import io.voicepresence.presence.Profile;
import io.voicepresence.presence.StoreClock;
import io.voicepresence.presence.UpdateOutcome;
import io.voicepresence.presence.memory.MemoryChangeFeed;
import io.voicepresence.presence.memory.MemoryPresenceStore;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The store in memory: a channel with ten users. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MemoryStoreBenchmark {
  private static final int USERS = 10;

  private final ChannelId channel = new ChannelId("c0000042");
  private final Profile first = People.profile(0);
  private final Profile newcomer = People.profile(USERS);
  private final MemoryPresenceStore store =
      new MemoryPresenceStore(
          new MemoryChangeFeed(), PresenceSettings.DEFAULTS, StoreClock.system());
  private boolean muted;

  /** Fills the channel. */
  @Setup
  public void fill() {
    for (int user = 0; user < USERS; user++) {
      var _ = store.join(channel, People.profile(user), Claim.REQUEST, OptionalInt.empty());
    }
  }

  @Benchmark
  public Object joinAndLeave() {
    var _ = store.join(channel, newcomer, Claim.REQUEST, OptionalInt.empty());
    return store.leave(channel, newcomer.id(), LeaveReason.LEFT);
  }

  @Benchmark
  public UpdateOutcome update() {
    muted = !muted;
    return store.update(channel, first.id(), muted ? People.MUTED : People.UNMUTED, Claim.REQUEST);
  }

  @Benchmark
  public ChannelSnapshot snapshot() {
    return store.snapshot(channel);
  }
}
