package io.voicepresence.realtime.room;

import io.voicepresence.presence.ChannelSnapshot;
import io.voicepresence.presence.PresenceEvent;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Keeps a replica in step with the store, and its watchers with the replica. An event that does not
 * follow on the replica's version shows that something was missed; then a repair reads the store
 * and {@link #look} tells the difference, while events wait here.
 *
 * <p>Guarded by the room's lock.
 */
final class FollowedReplica {

  /** Events that wait for a snapshot. Those beyond push out the oldest, which it will show. */
  static final int MAX_KEPT = 1_024;

  private record Change(PresenceEvent event, long previous) {}

  private final Fanout fanout;
  private final Runnable repair;
  private final ArrayDeque<Change> kept = new ArrayDeque<>(0);
  private Optional<ChannelReplica> opened = Optional.empty();
  private boolean repairing;
  private boolean doubted;

  /** The store fell back behind the replica, so a low version is no sign of a duplicate. */
  private boolean behind;

  /**
   * @param repair starts a repair, which comes back with {@link #look} until that is done
   */
  FollowedReplica(Fanout fanout, Runnable repair) {
    this.fanout = fanout;
    this.repair = repair;
  }

  Optional<ChannelReplica> opened() {
    return opened;
  }

  boolean repairing() {
    return repairing;
  }

  /** Starts with what the store showed after the feed was followed. */
  void open(ChannelSnapshot snapshot) {
    opened = Optional.of(new ChannelReplica(snapshot));
    if (!takeKept(opened.get(), true) || doubted) {
      startRepair();
    }
  }

  void change(PresenceEvent event, long previous) {
    if (repairing || opened.isEmpty()) {
      keep(event, previous);
      return;
    }
    ChannelReplica replica = opened.get();
    if (event.version() <= replica.version() && !behind) {
      return; // part of this copy already
    }
    if (previous == replica.version() && !replica.missesADeparture(event)) {
      take(replica, event);
    } else {
      keep(event, previous);
      startRepair();
    }
  }

  /** Something may have been missed: has the replica compared, now or once more. */
  void doubt() {
    doubted = true;
    if (opened.isPresent()) {
      startRepair();
    }
  }

  /** A snapshot is about to be read: it answers every doubt up to now. */
  void beginLook() {
    doubted = false;
  }

  /**
   * Compares with what the store shows, and tells what differs.
   *
   * @param settled the loss after which all nodes have had the time to re-assert their users
   * @param patient whether to look again where snapshot and events do not fit; else the snapshot is
   *     what counts
   */
  Look look(ChannelSnapshot snapshot, OptionalLong settled, boolean patient) {
    ChannelReplica replica = opened.orElseThrow();
    long from = replica.version();
    boolean lost = snapshot.version() == 0 ? from > 0 : snapshot.unbrokenSince() > from;
    boolean fellBack = snapshot.version() < from;
    if (fellBack && !lost && patient) {
      return new Look.Again(true);
    }
    Differences differences = Differences.between(replica.users(), snapshot);
    long loss = snapshot.version() == 0 ? Look.Settle.NOTHING_STORED : snapshot.unbrokenSince();
    if ((lost || fellBack)
        && !differences.missing().isEmpty()
        && !settled.equals(OptionalLong.of(loss))) {
      return new Look.Settle(loss);
    }
    int count = differences.count();
    if (count > 0 && snapshot.version() - from < count) {
      return new Look.Announce(
          snapshot.version(), differences.events(Math.max(snapshot.version(), from) + 1));
    }
    differences.events(snapshot.version() - count + 1).forEach(event -> tell(replica, event));
    replica.advance(snapshot.version());
    behind = fellBack;
    if (!takeKept(replica, patient)) {
      return new Look.Again(true);
    }
    if (doubted) {
      return new Look.Again(false);
    }
    repairing = false;
    return new Look.Done(count);
  }

  private void startRepair() {
    if (!repairing) {
      repairing = true;
      repair.run();
    }
  }

  private void keep(PresenceEvent event, long previous) {
    if (kept.size() == MAX_KEPT) {
      kept.removeFirst();
    }
    kept.add(new Change(event, previous));
  }

  /**
   * Takes the events that waited, as far as they follow on the replica.
   *
   * @param patient whether to stop at one that does not follow; else it is dropped, as the store
   *     had its time to show it
   */
  private boolean takeKept(ChannelReplica replica, boolean patient) {
    for (Change next = kept.peek(); next != null; next = kept.peek()) {
      if (next.previous() == replica.version()
          && next.event().version() > replica.version()
          && !(patient && replica.missesADeparture(next.event()))) {
        take(replica, next.event());
      } else if (patient && next.event().version() > replica.version()) {
        return false;
      }
      kept.remove();
    }
    return true;
  }

  private void take(ChannelReplica replica, PresenceEvent event) {
    behind = false;
    replica.news(event).ifPresent(news -> tell(replica, news));
    replica.advance(event.version());
  }

  private void tell(ChannelReplica replica, PresenceEvent event) {
    fanout.broadcast(event, replica.apply(event));
  }
}
