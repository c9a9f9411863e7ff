package io.voicepresence.bench.scaling;

/** From the newest report under {@code bench/results}. */
final class MeasuredCosts {
  static final Costs LATEST = new Costs(3.6, 60, 15, 100, 20, 15, 1.5, 8, 2.5, 5_000, 400);

  private MeasuredCosts() {}
}
