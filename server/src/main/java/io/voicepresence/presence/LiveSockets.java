package io.voicepresence.presence;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * For whom this node's live sockets vouch, and in which channels. While a socket lives, its user's
 * deadline is prolonged from here, whatever the client's timers do: a browser slows those of a
 * background tab down to one a minute.
 *
 * <p>Nobody prolongs for a socket that dropped, a node that died or one that is frozen, so all
 * three end in the same way: the deadline passes.
 */
public final class LiveSockets {
  private final PresenceStore store;
  private final ConcurrentHashMap<ChannelId, Set<Vouch>> vouches = new ConcurrentHashMap<>();

  public LiveSockets(PresenceStore store) {
    this.store = store;
  }

  /**
   * Lets one more socket vouch for a user. Call it after the user's join or refresh: a vouch for
   * one who is not in the channel is forgotten with the next round.
   */
  public Vouch vouch(ChannelId channel, UserId user) {
    Vouch vouch = new Vouch(channel, user);
    vouches.compute(
        channel,
        (id, old) -> {
          Set<Vouch> all = old == null ? ConcurrentHashMap.newKeySet(2) : old;
          all.add(vouch);
          return all;
        });
    return vouch;
  }

  /** Prolongs the deadline of everybody vouched for, in one step a channel. */
  public void prolongAll() {
    vouches.forEach(this::prolong);
  }

  /** How many vouches stand, for the metrics. */
  public long count() {
    return vouches.values().stream().mapToLong(Set::size).sum();
  }

  private void prolong(ChannelId channel, Set<Vouch> current) {
    // A vouch made after this line is not forgotten below: its join may have come after the store's
    // answer.
    List<Vouch> seen = new ArrayList<>(current);
    Set<UserId> absent = store.prolong(channel, seen.stream().map(Vouch::user).distinct().toList());
    if (!absent.isEmpty()) {
      seen.stream().filter(vouch -> absent.contains(vouch.user)).forEach(this::forget);
    }
  }

  private void forget(Vouch vouch) {
    vouches.computeIfPresent(
        vouch.channel,
        (id, all) -> {
          all.remove(vouch);
          return all.isEmpty() ? null : all;
        });
  }

  /** One live socket's word for one user in one channel. */
  public final class Vouch {
    private final ChannelId channel;
    private final UserId user;

    private Vouch(ChannelId channel, UserId user) {
      this.channel = channel;
      this.user = user;
    }

    UserId user() {
      return user;
    }

    /** Whether it still counts; false once the user was seen to have left. */
    public boolean stands() {
      Set<Vouch> all = vouches.get(channel);
      return all != null && all.contains(this);
    }

    /** The user has left, or this socket no longer stands for it: nothing is prolonged any more. */
    public void withdraw() {
      forget(this);
    }

    /**
     * The socket dropped: the user has the whole grace from now on, and returns in it unnoticed.
     */
    public void socketDropped() {
      forget(this);
      store.prolong(channel, List.of(user));
    }
  }
}
