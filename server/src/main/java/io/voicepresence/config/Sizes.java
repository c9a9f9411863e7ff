package io.voicepresence.config;

/** Sizes in the form in which people write them: a whole number and one unit. */
final class Sizes {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB"};

  private Sizes() {}

  /**
   * The number of bytes.
   *
   * @param unit {@code B}, {@code KiB}, {@code MiB} or {@code GiB}
   */
  static long of(long count, String unit) {
    long size = count;
    for (int i = 0; !UNITS[i].equals(unit); i++) {
      size *= 1024;
    }
    return size;
  }

  /** In the largest unit that leaves no rest. */
  static String format(long bytes) {
    long count = bytes;
    int unit = 0;
    while (count > 0 && count % 1024 == 0 && unit < UNITS.length - 1) {
      count /= 1024;
      unit++;
    }
    return count + UNITS[unit];
  }
}
