package io.voicepresence.bench.report;

import java.util.List;
import java.util.Locale;

/** The median of some rounds, with the lowest and the highest. */
record Spread(double median, double lowest, double highest, int rounds) {

  /**
   * @throws IllegalArgumentException if there are no numbers
   */
  static Spread of(List<Double> numbers) {
    if (numbers.isEmpty()) {
      throw new IllegalArgumentException("No numbers");
    }
    List<Double> sorted = numbers.stream().sorted().toList();
    int middle = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    return new Spread(median, sorted.getFirst(), sorted.getLast(), sorted.size());
  }

  /** {@code 3.9 (3.7 to 4.2)}, or {@code 3.9} of one round. */
  @Override
  public String toString() {
    return rounds == 1
        ? show(median)
        : "%s (%s to %s)".formatted(show(median), show(lowest), show(highest));
  }

  /** A number with as many digits as it deserves. */
  static String show(double number) {
    double size = Math.abs(number);
    String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, number);
  }
}
