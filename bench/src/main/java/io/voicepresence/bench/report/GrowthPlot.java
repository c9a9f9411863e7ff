package io.voicepresence.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A plot as SVG: some lines over an axis that grows by factors, and a cost from zero upwards. */
final class GrowthPlot {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 360;
  private static final int LEFT = 60;
  private static final int RIGHT = 130;
  private static final int TOP = 40;
  private static final int BOTTOM = 50;
  private static final int STEPS = 5;
  private static final List<String> COLOURS = List.of("#0b6e99", "#6b7280", "#c2410c", "#7c3aed");

  private final StringBuilder svg = new StringBuilder();
  private final List<Double> positions;
  private final List<String> labels;
  private final double highest;

  private GrowthPlot(List<String> labels, double highest) {
    this.labels = labels;
    this.highest = highest;
    positions =
        labels.stream().map(label -> Math.log(Double.parseDouble(label.replace(",", "")))).toList();
  }

  /**
   * Draws.
   *
   * @param lines the cost at each label, by the line's name
   */
  static String draw(
      String title, String axis, List<String> labels, Map<String, List<Double>> lines) {
    double most = lines.values().stream().flatMap(List::stream).mapToDouble(v -> v).max().orElse(1);
    GrowthPlot plot = new GrowthPlot(labels, niceCeiling(most));
    plot.frame(title, axis);
    List<String> names = List.copyOf(lines.keySet());
    List<Double> taken = new ArrayList<>();
    // From the lowest up, so that names that make room for each other keep their order.
    names.stream()
        .sorted(Comparator.comparing(name -> lines.get(name).getLast()))
        .forEach(
            name ->
                plot.line(
                    name,
                    lines.get(name),
                    COLOURS.get(names.indexOf(name) % COLOURS.size()),
                    taken));
    return plot.svg.append("</svg>\n").toString();
  }

  private void frame(String title, String axis) {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">%n",
        WIDTH, HEIGHT);
    add("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>%n", WIDTH, HEIGHT);
    add("<text x=\"%d\" y=\"20\" font-weight=\"bold\">%s</text>%n", LEFT, title);
    for (int step = 0; step <= STEPS; step++) {
      double value = highest * step / STEPS;
      add(
          "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#e5e7eb\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>%n",
          LEFT, y(value), WIDTH - RIGHT, y(value), LEFT - 8, y(value) + 4, shown(value));
    }
    for (int i = 0; i < labels.size(); i++) {
      add(
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>%n",
          x(i), HEIGHT - BOTTOM + 18, labels.get(i));
    }
    add(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>%n",
        (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, axis);
  }

  private void line(String name, List<Double> values, String colour, List<Double> taken) {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(i), y(values.get(i))));
      add(
          "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>%n",
          x(i), y(values.get(i)), colour);
    }
    add(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n",
        points.toString().strip(), colour);
    double free = free(y(values.getLast()) + 4, taken);
    taken.add(free);
    add(
        "<text x=\"%.1f\" y=\"%.1f\" fill=\"%s\">%s</text>%n",
        x(values.size() - 1) + 8, free, colour, name);
  }

  /** A height for a name at which it does not stand on another. */
  private static double free(double wanted, List<Double> taken) {
    double free = wanted;
    for (int tries = 0; tries < taken.size(); tries++) {
      for (double other : taken) {
        if (Math.abs(other - free) < 14) {
          free = other - 14;
        }
      }
    }
    return free;
  }

  private double x(int index) {
    double first = positions.getFirst();
    double last = positions.getLast();
    double part = last == first ? 0 : (positions.get(index) - first) / (last - first);
    return LEFT + 20 + part * (WIDTH - RIGHT - LEFT - 40);
  }

  private double y(double value) {
    return HEIGHT - BOTTOM - value / highest * (HEIGHT - BOTTOM - TOP);
  }

  /** The next number that five steps divide well. */
  private static double niceCeiling(double value) {
    double power = Math.pow(10, Math.floor(Math.log10(value)));
    for (double factor : new double[] {1, 1.5, 2, 2.5, 3, 4, 5, 6, 8}) {
      if (value <= factor * power) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  private static String shown(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.1f", value);
  }

  // The annotation that the warning asks for would be one more dependency.
  @SuppressWarnings("AnnotateFormatMethod")
  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }
}
