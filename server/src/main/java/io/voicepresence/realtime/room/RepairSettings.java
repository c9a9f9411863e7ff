package io.voicepresence.realtime.room;

import java.time.Duration;

/**
 * How rooms make sure that they show what the store has.
 *
 * @param settle how long a replica waits before it says that somebody is gone whom the store may
 *     have lost: time for every node to re-assert the users of its live sockets, which it does each
 *     second
 * @param audit how often every replica is compared with the store
 * @param whole whether that compares users, and not only versions: another program that writes to
 *     the store raises no version
 * @param secondLook how long a version may differ because an event is still under way
 */
public record RepairSettings(Duration settle, Duration audit, boolean whole, Duration secondLook) {

  public static final RepairSettings DEFAULTS =
      new RepairSettings(
          Duration.ofSeconds(3), Duration.ofSeconds(10), false, Duration.ofSeconds(1));

  /** For a store that another backend writes to: its changes are told within 5 s. */
  public static final RepairSettings OTHER_BACKEND =
      new RepairSettings(DEFAULTS.settle, Duration.ofSeconds(2), true, DEFAULTS.secondLook);
}
