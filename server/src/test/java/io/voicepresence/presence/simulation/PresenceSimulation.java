package io.voicepresence.presence.simulation;

import io.voicepresence.presence.PresenceSettings;
import io.voicepresence.presence.StoreClock;
import io.voicepresence.presence.simulation.Simulation.Mismatch;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Random histories that every store plays as the model does. Seeds are fixed, and one more is drawn
 * afresh and printed. System properties: {@code simulation.seed} replays one, {@code
 * simulation.runs} and {@code simulation.fresh} say how many with fixed and with fresh seeds,
 * {@code simulation.steps} how long.
 */
public abstract class PresenceSimulation {
  private static final int SHRINKING_ATTEMPTS = 400;
  private static final int LAST_STEPS = 20;

  private final PresenceModel.Traits traits;
  private final int runs;
  private final boolean faults;

  /**
   * How this store is to be played.
   *
   * @param runs how many histories, unless a system property says it
   * @param faults whether faults are among the steps
   * @param clustered whether the user's index is asked before the channel is
   */
  protected PresenceSimulation(int runs, boolean faults, boolean clustered) {
    this.runs = runs;
    this.faults = faults;
    this.traits = new PresenceModel.Traits(faults, clustered);
  }

  /** As {@link Subject.Opening} says. */
  protected abstract Subject open(StoreClock clock, PresenceSettings settings);

  @Test
  void everyHistoryIsPlayedAsTheModelPlaysIt() {
    int steps = Integer.getInteger("simulation.steps", 200);
    Long only = Long.getLong("simulation.seed");
    if (only != null) {
      draw(only, steps);
      return;
    }
    int count = Integer.getInteger("simulation.runs", runs);
    for (int seed = 1; seed <= count; seed++) {
      draw(seed, steps);
    }
    long fresh = ThreadLocalRandom.current().nextLong();
    System.out.println(getClass().getSimpleName() + ": fresh seed " + fresh);
    for (int i = 0; i < Integer.getInteger("simulation.fresh", 1); i++) {
      draw(fresh + i, steps);
    }
  }

  private void draw(long seed, int count) {
    List<Step> steps = Steps.draw(seed, count, faults);
    Optional<Mismatch> found = play(seed, steps);
    if (found.isPresent()) {
      throw new AssertionError(report(seed, count, steps, found.get()));
    }
  }

  private Optional<Mismatch> play(long seed, List<Step> steps) {
    return Simulation.play(steps, this::open, Cast.settings(seed), traits);
  }

  private String report(long seed, int count, List<Step> steps, Mismatch found) {
    List<Step> played = steps.subList(0, found.step() + 1);
    List<Step> shortest =
        Shrinking.shrink(played, history -> play(seed, history).isPresent(), SHRINKING_ATTEMPTS);
    String last =
        play(seed, shortest).map(Mismatch::text).orElse("  (does not go wrong each time)\n");
    int from = Math.max(0, played.size() - LAST_STEPS);
    return Cast.abbreviated(
        """
        Seed %d, step %d of %d.
          Replay: ./mvnw test -Dtest=%s -Dsimulation.seed=%d -Dsimulation.steps=%d
        The last steps:
        %s
        %s
        The shortest history found, of %d steps:
        %s
        %s"""
            .formatted(
                seed,
                found.step(),
                count,
                getClass().getSimpleName(),
                seed,
                count,
                listed(played, from),
                found.text(),
                shortest.size(),
                listed(shortest, 0),
                last));
  }

  private static String listed(List<Step> steps, int from) {
    return IntStream.range(from, steps.size())
        .mapToObj(i -> "  " + i + " " + steps.get(i))
        .collect(Collectors.joining("\n"));
  }
}
