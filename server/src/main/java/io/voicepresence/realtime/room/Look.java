package io.voicepresence.realtime.room;

import io.voicepresence.presence.PresenceEvent;
import java.util.List;

/** What came of comparing a replica with a snapshot of the store. */
sealed interface Look {

  /**
   * The replica shows what the store has, and events are taken as they come again.
   *
   * @param told how many differences were sent
   */
  record Done(int told) implements Look {}

  /**
   * Look once more.
   *
   * @param misfit whether that is because snapshot and events do not fit together, and not because
   *     of a doubt that came in between
   */
  record Again(boolean misfit) implements Look {}

  /**
   * The store lost users that live sockets may still vouch for: give all nodes time to say so.
   *
   * @param loss tells this loss from another one: the version since which nothing was lost, or
   *     {@link #NOTHING_STORED}
   */
  record Settle(long loss) implements Look {
    static final long NOTHING_STORED = 0;
  }

  /**
   * There are differences, and the store's version leaves no numbers to tell them under: the store
   * is to raise it.
   *
   * @param version the store's
   */
  record Announce(long version, List<PresenceEvent> changes) implements Look {}
}
