package io.voicepresence.presence.simulation;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.presence.Claim;
import io.voicepresence.presence.LeaveReason;
import io.voicepresence.presence.Profile;
import io.voicepresence.presence.VoiceFlag;
import io.voicepresence.presence.VoiceState;
import io.voicepresence.presence.VoiceStateUpdate;
import io.voicepresence.presence.simulation.Step.StayOf;
import io.voicepresence.presence.simulation.Step.Verb;
import io.voicepresence.presence.simulation.Step.Which;
import java.util.List;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/** Draws histories. The same seed draws the same one on every machine. */
final class Steps {
  private static final int FAULTS_IN_100 = 15;

  private final RandomGenerator random;
  private final boolean faults;
  private ChannelId channel = Cast.CHANNELS.getFirst();
  private Profile user = Cast.USERS.getFirst();

  private Steps(long seed, boolean faults) {
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    this.faults = faults;
  }

  static List<Step> draw(long seed, int count, boolean faults) {
    Steps steps = new Steps(seed, faults);
    return IntStream.range(0, count).mapToObj(_ -> steps.next()).toList();
  }

  private Step next() {
    if (faults && random.nextInt(100) < FAULTS_IN_100) {
      return fault();
    }
    int drawn = random.nextInt(100);
    if (drawn < 10) {
      return new Step.Advance(1L << random.nextInt(18));
    }
    if (drawn < 20) {
      return new Step.AdvanceToDeadline(random.nextInt(-1, 2));
    }
    Verb verb = drawn < 30 ? new Step.ExpireDue() : verb();
    return random.nextInt(3) == 0 ? new Step.Unwatched(verb) : verb;
  }

  private Verb verb() {
    int drawn = random.nextInt(100);
    if (drawn < 30) {
      return new Step.Join(channel(), user(), claim(), limit());
    } else if (drawn < 44) {
      return new Step.Leave(channel(), user().id(), pick(List.of(LeaveReason.values())));
    } else if (drawn < 59) {
      return new Step.Update(channel(), user().id(), updates(), claim());
    } else if (drawn < 68) {
      return new Step.Refresh(channel(), user().id(), claim());
    } else if (drawn < 79) {
      List<StayOf> stays =
          IntStream.range(0, random.nextInt(1, 5)).mapToObj(_ -> stay()).distinct().toList();
      return new Step.Prolong(channel(), stays);
    } else if (drawn < 86) {
      return new Step.Release(channel(), stay());
    } else if (drawn < 92) {
      return new Step.Reassert(channel(), stay());
    }
    return new Step.CountAll();
  }

  private Step fault() {
    return switch (random.nextInt(16)) {
      case 0 -> new Step.ForgetScripts();
      case 1 -> new Step.DropConnections();
      case 2 -> new Step.LoseEverything();
      case 3, 4 -> new Step.ChangeLineage(channel());
      case 5, 6 -> new Step.Evict(pick(List.of(Faults.Evicted.values())), channel());
      case 7, 8 ->
          new Step.ForeignJoin(
              channel(), user(), random.nextInt(-2_000, 2_000), new VoiceState(random.nextInt(64)));
      case 9 -> new Step.ForeignLeave(channel(), user().id());
      case 10 -> new Step.ForeignUpdate(channel(), user().id(), updates());
      case 11 -> new Step.ForeignRefresh(channel(), user().id());
      case 12 -> new Step.Broken(new Step.ExpireDue(), random.nextInt(6), random.nextBoolean());
      default -> new Step.Broken(verb(), random.nextInt(4), random.nextBoolean());
    };
  }

  /** Often that of the step before, so that stories come about. */
  private ChannelId channel() {
    channel = random.nextBoolean() ? channel : pick(Cast.CHANNELS);
    return channel;
  }

  /** As with the channel. */
  private Profile user() {
    user = random.nextBoolean() ? user : pick(Cast.USERS);
    return user;
  }

  private Claim claim() {
    return pick(List.of(Claim.values()));
  }

  private OptionalInt limit() {
    return random.nextInt(3) == 0 ? OptionalInt.of(random.nextInt(1, 4)) : OptionalInt.empty();
  }

  private StayOf stay() {
    int drawn = random.nextInt(10);
    return new StayOf(user(), drawn < 5 ? Which.LAST : drawn < 9 ? Which.BEFORE_LAST : Which.NEVER);
  }

  private VoiceStateUpdate updates() {
    VoiceStateUpdate updates = VoiceStateUpdate.NONE;
    for (int i = random.nextInt(3); i >= 0; i--) {
      updates = updates.and(pick(List.of(VoiceFlag.values())), random.nextBoolean());
    }
    return updates;
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
