package io.voicepresence.bench.scenario;

import java.util.List;

/**
 * How a cost grows. The names of its numbers are the points of its axis, in the order in which they
 * grow; each number is the median of some windows.
 */
public interface Growth extends Scenario {
  /** Windows in which each point is measured. */
  int WINDOWS = 3;

  /** What grows. */
  String axis();

  /** What it costs, with its unit. */
  String cost();

  /** The middle one of an odd number of numbers. */
  static double median(List<Double> numbers) {
    return numbers.stream().sorted().toList().get(numbers.size() / 2);
  }
}
