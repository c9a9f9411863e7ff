package io.voicepresence.bench.load;

/**
 * Follows the events of one channel on one socket and tells each that is missing, comes twice or
 * comes too late. Events carry their number modulo 16 (an update sets four flags, so any server can
 * carry that, also one without versions); the rest of the number is known by counting. A gap of
 * more than 7 events can be taken for old ones at first, but never for none: the count of all shows
 * it at the end.
 */
final class SequenceCheck {
  private static final int MODULO = 16;

  /** How far a number may be ahead; all others are behind. */
  private static final int AHEAD = 8;

  private long next;

  /** The events before {@code next} that were skipped: bit 0 is {@code next - 1}. */
  private int missing;

  /** Starts at an event's number, with nothing missing. */
  void startAt(long number) {
    next = number;
    missing = 0;
  }

  /**
   * Takes the next event.
   *
   * @param flags the event's number modulo 16
   * @return the event's whole number, or -1 if it was there before
   */
  long accept(int flags, Tally tally) {
    int ahead = (flags - (int) next) & (MODULO - 1);
    if (ahead < AHEAD) {
      return acceptNew(ahead, tally);
    }
    int behind = MODULO - ahead;
    int bit = 1 << (behind - 1);
    if ((missing & bit) == 0) {
      tally.doubled();
      return -1;
    }
    missing &= ~bit;
    tally.reordered();
    tally.lost(-1);
    return next - behind;
  }

  private long acceptNew(int skipped, Tally tally) {
    if (skipped > 0) {
      tally.lost(skipped);
    }
    missing = (missing << (skipped + 1)) | (((1 << skipped) - 1) << 1);
    tally.delivery();
    long number = next + skipped;
    next = number + 1;
    return number;
  }

  /**
   * Ends the run.
   *
   * @param sent how many events the channel had, all told
   */
  void finish(long sent, Tally tally) {
    if (sent > next) {
      tally.lost(sent - next);
    } else if (next > sent) {
      tally.stray();
    }
  }
}
