package io.voicepresence.bench;

import io.voicepresence.bench.load.LoadException;
import io.voicepresence.bench.process.Target;
import io.voicepresence.bench.report.Results;
import io.voicepresence.bench.scenario.Growth;
import io.voicepresence.bench.scenario.Scenario;
import io.voicepresence.bench.scenario.Stage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Measures the targets of a scenario in turn, round by round. */
record Rounds(Arguments arguments, Stage stage, Results results) {
  private static final int TRIES = 2;

  /** Whether all rounds could be measured. */
  boolean run(Scenario scenario) {
    System.out.printf("%n== %s: %s%n", scenario.name(), scenario.title());
    List<Target> targets =
        new ArrayList<>(scenario.targets().stream().filter(arguments::wants).toList());
    boolean whole = true;
    // Growth takes the median of windows, as each of its rounds is long.
    int rounds = scenario instanceof Growth ? 1 : arguments.rounds();
    for (int round = 1; round <= rounds; round++) {
      for (Target target : targets) {
        whole &= measure(scenario, target, round);
      }
      // Whoever comes first meets another machine than whoever comes last.
      Collections.rotate(targets, 1);
    }
    return whole;
  }

  /** A void round is told, and tried once more. */
  private boolean measure(Scenario scenario, Target target, int round) {
    for (int attempt = 1; attempt <= TRIES; attempt++) {
      try {
        Map<String, Double> numbers = scenario.measure(target, stage);
        results.add(scenario, target, round, numbers);
        show(target, round, numbers);
        return true;
      } catch (LoadException | IllegalStateException failed) { // the load, or a target's start
        results.addFault(scenario, target, round, failed.getMessage());
        System.out.printf("round %d  %-14s %s%n", round, target.label(), failed.getMessage());
      }
    }
    return false;
  }

  private static void show(Target target, int round, Map<String, Double> numbers) {
    String shown =
        numbers.entrySet().stream()
            .map(
                number ->
                    String.format(Locale.ROOT, "%s: %.2f", number.getKey(), number.getValue()))
            .collect(Collectors.joining(" | "));
    System.out.printf("round %d  %-14s %s%n", round, target.label(), shown);
  }
}
