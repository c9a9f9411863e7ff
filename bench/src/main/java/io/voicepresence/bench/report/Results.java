package io.voicepresence.bench.report;

import io.voicepresence.bench.process.Target;
import io.voicepresence.bench.scenario.Scenario;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What was measured so far: of each scenario and target the numbers of its rounds. */
public final class Results {
  private final Map<String, Scenario> scenarios = new LinkedHashMap<>();
  private final Map<String, Map<Target, Map<Integer, Map<String, Double>>>> numbers =
      new LinkedHashMap<>();
  private final List<String> faults = new ArrayList<>();

  /** Adds what one round of one target gave. */
  public void add(Scenario scenario, Target target, int round, Map<String, Double> measured) {
    scenarios.put(scenario.name(), scenario);
    numbers
        .computeIfAbsent(scenario.name(), _ -> new TreeMap<>())
        .computeIfAbsent(target, _ -> new TreeMap<>())
        .put(round, measured);
  }

  /** Adds a round that gave nothing. */
  public void addFault(Scenario scenario, Target target, int round, String reason) {
    faults.add("%s, %s, round %d: %s".formatted(scenario.name(), target.label(), round, reason));
  }

  List<Scenario> scenarios() {
    return List.copyOf(scenarios.values());
  }

  List<String> faults() {
    return faults;
  }

  List<Target> targets(String scenario) {
    return List.copyOf(numbers.getOrDefault(scenario, Map.of()).keySet());
  }

  /** The names of the numbers of a target, in the order in which it gave them. */
  List<String> names(String scenario, Target target) {
    return rounds(scenario, target).values().stream()
        .flatMap(round -> round.keySet().stream())
        .distinct()
        .toList();
  }

  /** The rounds of one number. */
  Optional<Spread> spread(String scenario, Target target, String name) {
    List<Double> values =
        rounds(scenario, target).values().stream()
            .filter(round -> round.containsKey(name))
            .map(round -> round.get(name))
            .toList();
    return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
  }

  /** How many times another target's number a target's is, round by round. */
  Optional<Spread> ratio(String scenario, Target target, Target other, String name) {
    Map<Integer, Map<String, Double>> others = rounds(scenario, other);
    List<Double> ratios = new ArrayList<>();
    rounds(scenario, target)
        .forEach(
            (round, values) -> {
              Map<String, Double> same = others.getOrDefault(round, Map.of());
              if (values.containsKey(name) && same.containsKey(name)) {
                ratios.add(values.get(name) / same.get(name));
              }
            });
    return ratios.isEmpty() ? Optional.empty() : Optional.of(Spread.of(ratios));
  }

  private Map<Integer, Map<String, Double>> rounds(String scenario, Target target) {
    return numbers.getOrDefault(scenario, Map.of()).getOrDefault(target, Map.of());
  }
}
