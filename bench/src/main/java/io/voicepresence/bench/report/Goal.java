package io.voicepresence.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A row of the table of numbers to reach.
 *
 * @param what is measured
 * @param toReach the goal in words
 * @param peer what the peer does
 * @param floor what the floor does
 * @param conditions all of which have to hold
 */
record Goal(String what, String toReach, String peer, String floor, List<Condition> conditions) {

  /**
   * One number and its bound.
   *
   * @param words with %s where the number goes
   */
  record Condition(String words, Optional<Spread> measured, double bound, boolean atMost) {
    static Condition atMost(double bound, String words, Optional<Spread> measured) {
      return new Condition(words, measured, bound, true);
    }

    static Condition atLeast(double bound, String words, Optional<Spread> measured) {
      return new Condition(words, measured, bound, false);
    }

    boolean holds() {
      return measured
          .map(spread -> atMost ? spread.median() <= bound : spread.median() >= bound)
          .orElse(false);
    }

    String shown() {
      return measured.map(spread -> words.formatted(spread)).orElse(words.formatted("?"));
    }
  }

  /** The row in Markdown. */
  String row() {
    List<String> shown = new ArrayList<>();
    List<String> missed = new ArrayList<>();
    boolean measured = true;
    for (Condition condition : conditions) {
      shown.add(condition.shown());
      measured &= condition.measured().isPresent();
      if (!condition.holds()) {
        missed.add(condition.words().replace("%s", "").strip());
      }
    }
    String verdict =
        !measured
            ? "not measured"
            : missed.isEmpty()
                ? "**yes**"
                : missed.size() == conditions.size()
                    ? "**no**"
                    : "**no**: " + String.join(", ", missed);
    return "| %s | %s | %s | %s | %s | %s |"
        .formatted(what, peer, floor, toReach, String.join("; ", shown), verdict);
  }
}
