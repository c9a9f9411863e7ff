package io.voicepresence.bench.scenario;

import io.voicepresence.bench.process.Target;
import java.util.List;
import java.util.Map;

/** One thing that is measured, on each target that can do it. */
public interface Scenario {
  /** What the command line calls it. */
  String name();

  /** What it measures and how, in one line. */
  String title();

  /** Whom it can measure. */
  List<Target> targets();

  /**
   * Measures one target once, from a fresh start.
   *
   * @return named numbers; a name ends with its unit
   * @throws io.voicepresence.bench.load.LoadException if the run is void
   */
  Map<String, Double> measure(Target target, Stage stage);
}
