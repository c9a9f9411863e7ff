package io.voicepresence.realtime.engineio;

/**
 * Deadlines of one event loop: a hashed timing wheel (Varghese and Lauck, 1987, scheme 6). The
 * entries are links of its lists themselves, so arming one allocates nothing and an idle session
 * costs no timer object.
 *
 * <p>An entry never fires early, and late by at most one tick plus the time between two calls of
 * {@link #advance}. Not thread-safe: it belongs to its event loop. The clock is the caller's.
 */
final class TimingWheel {

  /** What has a deadline; at most one at a time, on one wheel. */
  abstract static class Entry {
    private Entry previous;
    private Entry next;
    private long tick;

    /** The deadline has come. The entry is off the wheel and may be armed again. */
    abstract void onDeadline(long nowNanos);

    /** {@link #onDeadline} threw: the entry is off the wheel, and had better not be waited for. */
    void onFailure() {}

    final boolean isArmed() {
      return next != null;
    }

    private void unlink() {
      previous.next = next;
      next.previous = previous;
      previous = null;
      next = null;
    }
  }

  private static final class Ring extends Entry {
    Ring() {
      super.previous = this;
      super.next = this;
    }

    Entry first() {
      return super.next;
    }

    @Override
    void onDeadline(long nowNanos) {
      throw new IllegalStateException("the head of a list has no deadline");
    }
  }

  private final long start;
  private final long tickNanos;
  private final Ring[] buckets;
  private final Ring due = new Ring();
  private long currentTick;
  private int size;

  /**
   * @param tickNanos how exact deadlines are
   * @param buckets a power of two; deadlines further away than {@code buckets} ticks only cost a
   *     look once a turn
   */
  TimingWheel(long tickNanos, int buckets, long nowNanos) {
    if (tickNanos <= 0 || Integer.bitCount(buckets) != 1) {
      throw new IllegalArgumentException("tick must be positive, buckets a power of two");
    }
    this.start = nowNanos;
    this.tickNanos = tickNanos;
    this.buckets = new Ring[buckets];
    for (int i = 0; i < buckets; i++) {
      this.buckets[i] = new Ring();
    }
  }

  /** Arms {@code entry}, or moves it if it is armed already. */
  void schedule(Entry entry, long deadlineNanos) {
    cancel(entry);
    long sinceStart = Math.max(0, deadlineNanos - start);
    entry.tick = Math.max(currentTick + 1, Math.ceilDiv(sinceStart, tickNanos));
    append(buckets[(int) (entry.tick & (buckets.length - 1))], entry);
    size++;
  }

  /** Takes {@code entry} off the wheel; nothing happens if it is not on it. */
  void cancel(Entry entry) {
    if (entry.isArmed()) {
      entry.unlink();
      size--;
    }
  }

  /** Fires what is due. A callback may arm and cancel any entry, itself included. */
  void advance(long nowNanos) {
    long target = (nowNanos - start) / tickNanos;
    if (target <= currentTick) {
      return;
    }
    // After a long pause every bucket is looked at once, not once for each lost turn.
    long first = Math.max(currentTick + 1, target - buckets.length + 1);
    currentTick = target;
    for (long tick = first; tick <= target; tick++) {
      collectDue(buckets[(int) (tick & (buckets.length - 1))], target);
    }
    while (due.first() != due) {
      Entry entry = due.first();
      cancel(entry);
      try {
        entry.onDeadline(nowNanos);
      } catch (Throwable failed) {
        // An Error too: one entry's fault must not stop the time of all others.
        EngineIoServer.LOG.error("What was due on an event loop failed", failed);
        entry.onFailure();
      }
    }
  }

  int size() {
    return size;
  }

  private void collectDue(Ring bucket, long target) {
    Entry entry = bucket.first();
    while (entry != bucket) {
      Entry after = entry.next;
      if (entry.tick <= target) {
        entry.unlink();
        append(due, entry);
      }
      entry = after;
    }
  }

  private static void append(Ring ring, Entry entry) {
    Entry head = ring;
    entry.previous = head.previous;
    entry.next = head;
    head.previous.next = entry;
    head.previous = entry;
  }
}
