package io.voicepresence.presence.simulation;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.error.RequestException;
import io.voicepresence.presence.PresenceSettings;
import io.voicepresence.presence.PresenceStore;
import io.voicepresence.presence.Stay;
import io.voicepresence.presence.TestClock;
import io.voicepresence.presence.VoicePresenceUser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Plays one history on a store and on the model, and compares all that can be seen after each step.
 *
 * <p>Where more than one thing may happen (a reply got lost: was the command carried out?) the
 * model is played both ways, and what the store shows tells which of these worlds go on.
 */
final class Simulation {
  /** What a data loss takes: so long that the clock is ahead of every version given out. */
  private static final Duration OUTAGE = Duration.ofSeconds(10);

  /** How long a channel waits whose sweep broke off. */
  private static final long LEASE_MILLIS = 2_000;

  private static final int DIFFERENCES_SHOWN = 2;
  private static final Object FAILED = "failed";
  private static final Object UNKNOWN = "anything";

  /** A step after which the store was not as the model says. */
  record Mismatch(int step, String text) {}

  /** How things may be after a step, and what the step then answered. */
  private record Branch(PresenceModel world, Object outcome) {}

  private final TestClock clock = new TestClock();
  private final History history = new History();
  private final VersionWatch versionWatch = new VersionWatch();
  private final Subject subject;
  private List<PresenceModel> worlds;

  private Simulation(
      Subject.Opening opening, PresenceSettings settings, PresenceModel.Traits traits) {
    this.subject = opening.open(clock, settings);
    this.worlds = List.of(new PresenceModel(settings, clock, traits));
  }

  /** The first step of the history that goes wrong, if any does. */
  static Optional<Mismatch> play(
      List<Step> steps,
      Subject.Opening opening,
      PresenceSettings settings,
      PresenceModel.Traits traits) {
    Simulation simulation = new Simulation(opening, settings, traits);
    try (Subject _ = simulation.subject) {
      for (int i = 0; i < steps.size(); i++) {
        Optional<String> wrong = simulation.tryTo(steps.get(i));
        if (wrong.isPresent()) {
          return Optional.of(new Mismatch(i, wrong.get()));
        }
      }
      return Optional.empty();
    }
  }

  private Optional<String> tryTo(Step step) {
    try {
      return take(step);
    } catch (RuntimeException unexpected) {
      return Optional.of("    " + unexpected + "\n");
    }
  }

  private Optional<String> take(Step step) {
    return switch (step) {
      case Step.Verb verb -> compare(verb, perform(verb, subject.store()), false, Scope.of(verb));
      case Step.Unwatched(var verb) ->
          compare(verb, perform(verb, subject.store()), false, Scope.NOWHERE);
      case Step.Broken broken -> {
        subject.breakAfter(broken.commands(), broken.carriedOut());
        Object outcome = perform(broken.verb(), subject.store());
        subject.mend();
        yield compare(broken.verb(), outcome, true, Scope.ALL);
      }
      case Step.Advance advance -> pass(advance.millis());
      case Step.AdvanceToDeadline to ->
          pass(
              Math.max(
                  0,
                  worlds.getFirst().nextDeadline().orElse(clock.now().toEpochMilli() + 1_000)
                      - clock.now().toEpochMilli()
                      + to.offset()));
      default -> befall(step);
    };
  }

  private Optional<String> pass(long millis) {
    clock.advance(Duration.ofMillis(millis));
    return Optional.empty();
  }

  /** Something that nobody asks for, which every world takes alike. */
  private Optional<String> befall(Step step) {
    boolean losesVersions =
        step instanceof Step.LoseEverything
            || (step instanceof Step.Evict(var key, _) && key == Faults.Evicted.VERSION);
    if (losesVersions) {
      clock.advance(OUTAGE);
    }
    Consumer<Faults> fault = fault(step);
    fault.accept(subject.faults());
    worlds.forEach(fault);
    return judge(
        worlds.stream().map(world -> new Branch(world, UNKNOWN)).toList(),
        UNKNOWN,
        Scope.ALL,
        false);
  }

  private Optional<String> compare(Step.Verb verb, Object outcome, boolean broken, Scope scope) {
    boolean failed = outcome.equals(FAILED);
    if (failed && !broken) {
      return Optional.of("    failed without a fault\n");
    }
    boolean counted = worlds.stream().allMatch(PresenceModel::countsAll);
    boolean said =
        switch (verb) {
          // Whose reply got lost is not among the departures, although they were announced.
          case Step.ExpireDue _ -> !broken;
          case Step.CountAll _ -> !failed && counted;
          default -> !failed;
        };
    Function<Object, Object> seen = result -> said ? result : UNKNOWN;
    List<Branch> branches = new ArrayList<>();
    for (PresenceModel world : worlds) {
      if (failed) {
        PresenceModel untouched = world.copy();
        branches.add(new Branch(untouched, UNKNOWN));
      }
      for (Set<ChannelId> missed : whatMayBeMissed(world, verb, broken)) {
        PresenceModel played = world.copy();
        played.overlook(missed);
        branches.add(new Branch(played, seen.apply(perform(verb, played))));
      }
    }
    if (broken && verb instanceof Step.ExpireDue) {
      long lease = clock.now().toEpochMilli() + LEASE_MILLIS;
      branches.forEach(branch -> branch.world().sweepBroke(lease));
    }
    return judge(branches, seen.apply(outcome), scope, verb instanceof Step.ExpireDue);
  }

  private static List<Set<ChannelId>> whatMayBeMissed(
      PresenceModel world, Step.Verb verb, boolean broken) {
    if (!(verb instanceof Step.ExpireDue)) {
      return List.of(Set.of());
    }
    return subsets(broken ? world.due() : world.maybeOverlooked());
  }

  /** Keeps the worlds that look like the store does. */
  private Optional<String> judge(
      List<Branch> possible, Object outcome, Scope scope, boolean sweep) {
    Observation raw = Observation.of(outcome, subject.heard(), scope, subject.store());
    raw.snapshots().forEach(history::saw);
    Map<String, PresenceModel> left = new LinkedHashMap<>();
    List<String> differences = new ArrayList<>();
    for (Branch branch : possible) {
      PresenceModel world = branch.world();
      Observation expected = Observation.of(branch.outcome(), world.takeTold(), scope, world);
      String difference =
          sweep ? expected.ofASweep().differenceTo(raw.ofASweep()) : expected.differenceTo(raw);
      if (difference.isEmpty()) {
        left.put(world.toString(), world);
      } else {
        differences.add(difference + "    where the model is now:\n" + world);
      }
    }
    worlds = List.copyOf(left.values());
    return versionWatch
        .look(raw)
        .or(() -> worlds.isEmpty() ? Optional.of(closest(differences)) : Optional.empty());
  }

  private static String closest(List<String> differences) {
    return differences.stream()
        .sorted(Comparator.comparingInt(String::length))
        .limit(DIFFERENCES_SHOWN)
        .collect(Collectors.joining("  or\n"));
  }

  /** Asks a store, a model being one too. */
  private Object perform(Step.Verb verb, PresenceStore store) {
    try {
      return switch (verb) {
        case Step.Join s -> store.join(s.channel(), s.user(), s.claim(), s.limit());
        case Step.Leave s -> store.leave(s.channel(), s.user(), s.reason());
        case Step.Update s -> store.update(s.channel(), s.user(), s.updates(), s.claim());
        case Step.Refresh s -> store.refresh(s.channel(), s.user(), s.claim());
        case Step.Prolong s ->
            store.prolong(
                s.channel(),
                s.stays().stream()
                    .map(stay -> Stay.of(find(s.channel(), stay)))
                    .distinct()
                    .toList());
        case Step.Release s -> {
          store.release(s.channel(), Stay.of(find(s.channel(), s.stay())));
          yield "released";
        }
        case Step.Reassert s -> store.reassert(s.channel(), find(s.channel(), s.stay()));
        case Step.ExpireDue _ -> store.expireDue();
        case Step.CountAll _ -> store.census().occupancies().stream().sorted().toList();
      };
    } catch (RequestException unavailable) {
      return FAILED;
    }
  }

  private Consumer<Faults> fault(Step step) {
    return switch (step) {
      case Step.ForgetScripts _ -> Faults::forgetScripts;
      case Step.DropConnections _ -> Faults::dropConnections;
      case Step.LoseEverything _ -> Faults::loseEverything;
      case Step.ChangeLineage s -> faults -> faults.changeLineage(s.channel());
      case Step.Evict s -> faults -> faults.evict(s.key(), s.channel());
      case Step.ForeignJoin s -> {
        VoicePresenceUser user =
            new VoicePresenceUser(s.user(), clock.now().plusMillis(s.clockError()), s.state());
        yield faults -> faults.foreignJoin(s.channel(), user);
      }
      case Step.ForeignLeave s -> faults -> faults.foreignLeave(s.channel(), s.user());
      case Step.ForeignUpdate s ->
          faults -> faults.foreignUpdate(s.channel(), s.user(), s.updates());
      case Step.ForeignRefresh s -> faults -> faults.foreignRefresh(s.channel(), s.user());
      default -> throw new IllegalArgumentException(step.toString());
    };
  }

  private VoicePresenceUser find(ChannelId channel, Step.StayOf stay) {
    return history.find(channel, stay, clock.now());
  }

  private static List<Set<ChannelId>> subsets(Set<ChannelId> all) {
    List<Set<ChannelId>> subsets = new ArrayList<>(List.of(Set.of()));
    for (ChannelId channel : all) {
      for (Set<ChannelId> without : List.copyOf(subsets)) {
        Set<ChannelId> with = new HashSet<>(without);
        with.add(channel);
        subsets.add(with);
      }
    }
    return subsets;
  }
}
