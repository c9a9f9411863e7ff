package io.voicepresence.bench.report;

import io.voicepresence.bench.process.Target;
import io.voicepresence.bench.scenario.Growth;
import io.voicepresence.bench.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes what was measured as a page of Markdown, with its plots beside it. */
public final class Report {
  private final Results results;
  private final Path directory;
  private final String name;
  private final List<String> lines = new ArrayList<>();

  /**
   * @param directory where the page goes
   * @param name of the page, without its ending
   */
  public Report(Results results, Path directory, String name) {
    this.results = results;
    this.directory = directory;
    this.name = name;
  }

  /**
   * Writes the page.
   *
   * @param facts about the machine
   * @param how it was measured, in Markdown
   * @return where it is
   */
  public Path write(List<String> facts, String how) throws IOException {
    Files.createDirectories(directory);
    lines.add("# Measured " + name);
    lines.add("");
    facts.forEach(fact -> lines.add("- " + fact));
    faults();
    goals();
    for (Scenario scenario : results.scenarios()) {
      if (scenario instanceof Growth growth) {
        growth(growth);
      } else {
        details(scenario);
      }
    }
    lines.add("");
    lines.add(how.strip());
    Path page = directory.resolve(name + ".md");
    Files.write(page, lines);
    return page;
  }

  private void faults() {
    if (!results.faults().isEmpty()) {
      heading("Rounds that are void");
      results.faults().forEach(fault -> lines.add("- " + fault.lines().findFirst().orElse("")));
    }
  }

  private void goals() {
    heading("Numbers to reach");
    lines.add(
        "Median of the rounds (lowest to highest). Ratios are taken round by round, as the machine's speed changes with time.");
    lines.add("");
    lines.add("| what | peer | floor | to reach | measured | reached |");
    lines.add("|---|---|---|---|---|---|");
    new Goals(results).all().forEach(goal -> lines.add(goal.row()));
  }

  private void details(Scenario scenario) {
    heading(scenario.title());
    List<Target> targets = results.targets(scenario.name());
    List<String> names =
        targets.stream()
            .flatMap(target -> results.names(scenario.name(), target).stream())
            .distinct()
            .toList();
    header("", targets);
    for (String number : names) {
      lines.add(
          "| "
              + number
              + " | "
              + targets.stream()
                  .map(target -> results.spread(scenario.name(), target, number))
                  .map(spread -> spread.map(Spread::toString).orElse(""))
                  .collect(Collectors.joining(" | "))
              + " |");
    }
  }

  private void growth(Growth growth) throws IOException {
    heading(growth.title());
    List<Target> targets = results.targets(growth.name());
    List<String> points =
        targets.stream()
            .flatMap(target -> results.names(growth.name(), target).stream())
            .distinct()
            .toList();
    header(growth.axis() + ": " + growth.cost(), targets);
    for (String point : points) {
      lines.add(
          "| "
              + point
              + " | "
              + targets.stream()
                  .map(target -> results.spread(growth.name(), target, point))
                  .map(spread -> spread.map(Spread::toString).orElse(""))
                  .collect(Collectors.joining(" | "))
              + " |");
    }
    Map<String, List<Double>> drawn = new LinkedHashMap<>();
    for (Target target : targets) {
      List<Double> values =
          points.stream()
              .flatMap(point -> results.spread(growth.name(), target, point).stream())
              .map(Spread::median)
              .toList();
      if (values.size() == points.size()) {
        drawn.put(target.label(), values);
      }
    }
    String file = name + "-" + growth.name() + ".svg";
    Files.writeString(
        directory.resolve(file), GrowthPlot.draw(growth.cost(), growth.axis(), points, drawn));
    lines.add("");
    lines.add("![%s](%s)".formatted(growth.title(), file));
  }

  private void header(String corner, List<Target> targets) {
    lines.add(
        "| "
            + corner
            + " | "
            + targets.stream().map(Target::label).collect(Collectors.joining(" | "))
            + " |");
    lines.add("|---|" + "---:|".repeat(targets.size()));
  }

  private void heading(String text) {
    lines.add("");
    lines.add("## " + text);
    lines.add("");
  }
}
