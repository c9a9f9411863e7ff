package io.voicepresence.presence;

import io.voicepresence.channel.ChannelId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For whom this node's live sockets vouch, and in which channels. While a socket lives, its user's
 * deadline is prolonged from here, whatever the client's timers do: a browser slows those of a
 * background tab down to one a minute. And where the store lost the user, this node still knows it
 * and says so.
 *
 * <p>Nobody prolongs for a node that died or one that is frozen, so both end as a dropped socket
 * does: the deadline passes.
 */
public final class LiveSockets {
  private static final Logger log = LoggerFactory.getLogger(LiveSockets.class);

  /** What is known of a stay: the user as last answered, and who vouches. */
  private static final class Vouched {
    private final List<Vouch> vouches = new ArrayList<>(1);
    private VoicePresenceUser user;

    Vouched(VoicePresenceUser user) {
      this.user = user;
    }
  }

  /** Rounds come every second: with such a gap this process itself stood still. */
  private static final Duration PAUSE = Duration.ofSeconds(3);

  private record Lost(ChannelId channel, VoicePresenceUser user) {}

  private final PresenceStore store;
  private final LastSeen lastSeen;
  private final LongSupplier nanoTime;
  private final StoreOutage outage;
  private final StoreOutage releaseOutage;

  /** Neither maps nor lists are ever empty. Touched inside compute only. */
  private final ConcurrentHashMap<ChannelId, Map<Stay, Vouched>> vouches =
      new ConcurrentHashMap<>();

  /** Whom the last round did not come to. Touched by {@link #prolongAll} only. */
  private Set<ChannelId> overdue = Set.of();

  /** When a round last began or ended. Written by {@link #prolongAll} only. */
  private volatile long movedAt;

  /** Whether this process stood still before the last round or in it; written before the above. */
  private volatile boolean paused;

  /**
   * @param lastSeen knows flags that others changed: a request by HTTP, another node
   * @param nanoTime a clock that never goes back, in nanoseconds
   */
  public LiveSockets(PresenceStore store, LastSeen lastSeen, LongSupplier nanoTime) {
    this.store = store;
    this.lastSeen = lastSeen;
    this.nanoTime = nanoTime;
    this.movedAt = nanoTime.getAsLong();
    this.outage = new StoreOutage(log, "prolong deadlines", nanoTime);
    this.releaseOutage = new StoreOutage(log, "begin the grace of dropped sockets", nanoTime);
  }

  /** Lets one more socket vouch for the user that its join or refresh was answered with. */
  public Vouch vouch(ChannelId channel, VoicePresenceUser user) {
    Vouch vouch = new Vouch(channel, Stay.of(user));
    vouches.compute(
        channel,
        (id, old) -> {
          Map<Stay, Vouched> stays = old == null ? new HashMap<>() : old;
          Vouched vouched = stays.computeIfAbsent(vouch.stay, _ -> new Vouched(user));
          vouched.user = user;
          vouched.vouches.add(vouch);
          return stays;
        });
    return vouch;
  }

  /** The user was answered with new flags; for one that no socket vouches for, nothing. */
  public void changed(ChannelId channel, VoicePresenceUser user) {
    known(channel, Stay.of(user), vouched -> vouched.user = user);
  }

  /**
   * Prolongs the deadline of everybody vouched for, in one step a channel, several channels at
   * once, and makes those present again whom the store lost. Takes a few seconds at most: whom it
   * does not come to is first in the next round. One thread.
   *
   * @return whether the store was within reach
   */
  public boolean prolongAll() {
    paused = sinceMoved() > PAUSE.toNanos();
    movedAt = nanoTime.getAsLong();
    ProlongRound round = new ProlongRound(nanoTime, outage);
    Queue<ChannelId> channels = new ConcurrentLinkedQueue<>(inOrder());
    Queue<Lost> lost = new ConcurrentLinkedQueue<>();
    round.forEach(channels, channel -> prolong(channel, lost));
    if (!stoodStill()) {
      round.forEach(lost, stay -> reassert(stay.channel(), Stay.of(stay.user())));
    } // Else in the next: sockets that dropped meanwhile are only being heard of now.
    overdue = new LinkedHashSet<>(channels);
    paused = stoodStill();
    movedAt = nanoTime.getAsLong();
    return round.answered();
  }

  /** Whether sockets may have dropped, and users been announced as gone, unheard of here. */
  private boolean stoodStill() {
    return sinceMoved() > PAUSE.toNanos() || paused;
  }

  private long sinceMoved() {
    long before = movedAt; // first, so that a pause right here shows
    return nanoTime.getAsLong() - before;
  }

  /** How many stays are vouched for. */
  public long count() {
    return vouches.values().stream().mapToLong(Map::size).sum();
  }

  private Set<ChannelId> inOrder() {
    Set<ChannelId> order = new LinkedHashSet<>(overdue);
    order.addAll(vouches.keySet());
    return order;
  }

  private void prolong(ChannelId channel, Queue<Lost> lost) {
    Map<Stay, VoicePresenceUser> seen = new HashMap<>();
    vouches.computeIfPresent(
        channel,
        (id, stays) -> {
          stays.forEach((stay, vouched) -> seen.put(stay, vouched.user));
          return stays;
        });
    if (seen.isEmpty()) {
      return;
    }
    Prolonged prolonged = store.prolong(channel, seen.keySet());
    prolonged.over().forEach(stay -> forget(channel, stay));
    prolonged.lost().forEach(stay -> lost.add(new Lost(channel, seen.get(stay))));
    // Of whom the last socket dropped just now, the step above may have undone the release.
    Set<Stay> absent = prolonged.absent();
    for (Stay stay : seen.keySet()) {
      if (!absent.contains(stay) && !has(channel, stay)) {
        store.release(channel, stay);
      }
    }
  }

  /**
   * Makes a user present again, unless nobody vouches any more. Who leaves while this is under way
   * stays away: a leave before it has the store refuse, and one after it takes the user out.
   *
   * @return whether the stay goes on
   */
  private boolean reassert(ChannelId channel, Stay stay) {
    Optional<VoicePresenceUser> known = known(channel, stay, _ -> {});
    if (known.isEmpty()) {
      return false;
    }
    VoicePresenceUser user =
        lastSeen
            .of(channel, stay.user())
            .filter(seen -> Stay.of(seen).equals(stay))
            .orElse(known.get());
    if (!store.reassert(channel, user)) {
      forget(channel, stay);
      return false;
    }
    if (!has(channel, stay)) {
      // The last socket dropped meanwhile, and its release found nobody.
      store.release(channel, stay);
    }
    return true;
  }

  private boolean has(ChannelId channel, Stay stay) {
    return known(channel, stay, _ -> {}).isPresent();
  }

  /** The user of a stay that is vouched for, after {@code step}. */
  private Optional<VoicePresenceUser> known(ChannelId channel, Stay stay, Consumer<Vouched> step) {
    List<VoicePresenceUser> found = new ArrayList<>(1);
    vouches.computeIfPresent(
        channel,
        (id, stays) -> {
          Vouched vouched = stays.get(stay);
          if (vouched != null) {
            step.accept(vouched);
            found.add(vouched.user);
          }
          return stays;
        });
    return found.stream().findFirst();
  }

  /** Nobody vouches for that stay any more. */
  private void forget(ChannelId channel, Stay stay) {
    vouches.computeIfPresent(
        channel,
        (id, stays) -> {
          Vouched gone = stays.remove(stay);
          if (gone != null) {
            gone.vouches.forEach(vouch -> vouch.stands = false);
          }
          return stays.isEmpty() ? null : stays;
        });
  }

  /** Returns whether that was the last vouch for the stay. */
  private boolean forget(Vouch vouch) {
    vouch.stands = false;
    boolean[] last = {false};
    vouches.computeIfPresent(
        vouch.channel,
        (id, stays) -> {
          Vouched vouched = stays.get(vouch.stay);
          if (vouched != null && vouched.vouches.remove(vouch) && vouched.vouches.isEmpty()) {
            stays.remove(vouch.stay);
            last[0] = true;
          }
          return stays.isEmpty() ? null : stays;
        });
    return last[0];
  }

  /** One live socket's word for one user's stay in one channel. */
  public final class Vouch {
    private final ChannelId channel;
    private final Stay stay;
    private volatile boolean stands = true;

    private Vouch(ChannelId channel, Stay stay) {
      this.channel = channel;
      this.stay = stay;
    }

    /** Whether it still counts; false once the stay was seen to be over. */
    public boolean stands() {
      return stands;
    }

    /**
     * A command of this live socket did not find its user: where the store lost them, they are
     * present again, before the next round comes to it. Not right after a pause of this process:
     * the command may be older than the pause, and the socket's end the next thing to be read.
     * Should the socket live on, the round after the next brings the user back.
     *
     * @return whether the stay goes on; false where somebody's word ended it, or may have
     */
    public boolean restore() {
      return !stoodStill() && reassert(channel, stay);
    }

    /** The user has left, or this socket no longer stands for it: nothing is prolonged any more. */
    public void withdraw() {
      forget(this);
    }

    /**
     * The socket dropped: with the last one the grace begins, and who returns in it is unnoticed.
     */
    public void socketDropped() {
      if (forget(this)) {
        try {
          store.release(channel, stay);
          releaseOutage.worked();
        } catch (RuntimeException failed) {
          // Nobody prolongs any more, so the deadline passes all the same, a little later.
          releaseOutage.failed(failed);
        }
      }
    }
  }
}
