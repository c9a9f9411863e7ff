package io.voicepresence.bench;

import io.voicepresence.bench.load.LoadException;
import io.voicepresence.bench.load.LoadLoop;
import io.voicepresence.bench.process.Target;
import io.voicepresence.bench.scenario.Scenario;
import io.voicepresence.bench.scenario.Scenarios;
import io.voicepresence.bench.scenario.Stage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs scenarios: {@code bench/run only=one-channel target=service,floor rounds=3}. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Arguments arguments;
    try {
      arguments = Arguments.parse(args);
    } catch (IllegalArgumentException wrong) {
      System.err.println("bench: " + wrong.getMessage());
      System.exit(2);
      return;
    }
    boolean whole = true;
    try (LoadLoop load = new LoadLoop()) {
      Stage stage = arguments.stage(load);
      for (Scenario scenario : Scenarios.all()) {
        if (arguments.wants(scenario.name())) {
          whole &= run(scenario, arguments, stage);
        }
      }
    }
    System.exit(whole ? 0 : 1);
  }

  private static boolean run(Scenario scenario, Arguments arguments, Stage stage) {
    System.out.printf("%n== %s: %s%n", scenario.name(), scenario.title());
    List<Target> targets =
        new ArrayList<>(scenario.targets().stream().filter(arguments::wants).toList());
    boolean whole = true;
    for (int round = 1; round <= arguments.rounds(); round++) {
      for (Target target : targets) {
        try {
          Map<String, Double> numbers = scenario.measure(target, stage);
          Map<String, String> shown = new LinkedHashMap<>();
          numbers.forEach((name, number) -> shown.put(name, "%.2f".formatted(number)));
          System.out.printf("round %d  %-14s %s%n", round, target.label(), shown);
        } catch (LoadException failed) {
          whole = false;
          System.out.printf("round %d  %-14s %s%n", round, target.label(), failed.getMessage());
        }
      }
      // Whoever comes first meets another machine than whoever comes last.
      Collections.rotate(targets, 1);
    }
    return whole;
  }
}
