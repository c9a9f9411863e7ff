package io.voicepresence.config;

import java.time.Duration;

/** Durations in the form in which people write them: a whole number and one unit. */
final class Durations {
  private Durations() {}

  /**
   * @param unit {@code ms}, {@code s}, {@code m} or {@code h}
   */
  static Duration of(long count, String unit) {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> throw new IllegalArgumentException("No unit of time: " + unit);
    };
  }

  /** In the largest unit that leaves no rest. */
  static String format(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    if (seconds % 3600 == 0 && seconds > 0) {
      return seconds / 3600 + "h";
    }
    return seconds % 60 == 0 && seconds > 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
