package io.voicepresence.bench.load;

import java.util.ArrayList;
import java.util.List;

/** What was counted in one run, of all sockets. Written by the load's event loop alone. */
public final class Tally {
  private long delivered;
  private long lost;
  private long doubled;
  private long reordered;
  private long stray;
  private long refused;
  private long cutOff;

  void delivery() {
    delivered++;
  }

  void lost(long events) {
    lost += events;
  }

  void doubled() {
    doubled++;
  }

  /** An event came after one that was sent later: it is not lost after all. */
  void reordered() {
    reordered++;
  }

  /** An event of a channel that the socket has nothing to do with, or that makes no sense. */
  void stray() {
    stray++;
  }

  /** A command was not answered by success. */
  void refused() {
    refused++;
  }

  /** A connection ended that should not have. */
  void cutOff() {
    cutOff++;
  }

  /** Deliveries that were in order, each for the first time. */
  public long delivered() {
    return delivered;
  }

  /** Whether nothing can be concluded from the run: events were lost, doubled or out of order. */
  public boolean isVoid() {
    return lost + doubled + reordered + stray + refused + cutOff > 0;
  }

  /** What went wrong, for people; empty when all is well. */
  public String faults() {
    List<String> parts = new ArrayList<>();
    add(parts, lost, "lost");
    add(parts, doubled, "doubled");
    add(parts, reordered, "out of order");
    add(parts, stray, "stray");
    add(parts, refused, "commands refused");
    add(parts, cutOff, "connections cut off");
    return String.join(", ", parts);
  }

  /** Counts from here on anew. */
  void clear() {
    delivered = lost = doubled = reordered = stray = refused = cutOff = 0;
  }

  private static void add(List<String> parts, long count, String what) {
    if (count > 0) {
      parts.add(count + " " + what);
    }
  }
}
