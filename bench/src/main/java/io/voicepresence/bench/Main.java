package io.voicepresence.bench;

import io.voicepresence.bench.load.LoadLoop;
import io.voicepresence.bench.report.Results;
import io.voicepresence.bench.scenario.Scenario;
import io.voicepresence.bench.scenario.Scenarios;
import java.io.IOException;

/** Runs scenarios: {@code bench/run only=one-channel target=service,floor rounds=3}. */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws IOException {
    Arguments arguments;
    try {
      arguments = Arguments.parse(args);
    } catch (IllegalArgumentException wrong) {
      System.err.println("bench: " + wrong.getMessage());
      System.exit(2);
      return;
    }
    Results results = new Results();
    boolean whole = true;
    try (LoadLoop load = new LoadLoop()) {
      Rounds rounds = new Rounds(arguments, arguments.stage(load), results);
      for (Scenario scenario : Scenarios.all()) {
        if (arguments.wants(scenario.name())) {
          whole &= rounds.run(scenario);
          // What is there so far, should the run be broken off.
          var _ = arguments.partialReport(results);
        }
      }
    }
    System.out.printf("%nReport: %s%n", arguments.report(results));
    System.exit(whole ? 0 : 1);
  }
}
