package io.voicepresence.presence;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * For whom this node's live sockets vouch, and in which channels. While a socket lives, its user's
 * deadline is prolonged from here, whatever the client's timers do: a browser slows those of a
 * background tab down to one a minute.
 *
 * <p>Nobody prolongs for a node that died or one that is frozen, so both end as a dropped socket
 * does: the deadline passes.
 */
public final class LiveSockets {
  private final PresenceStore store;

  /** By channel and user; neither maps nor lists are ever empty. Changed inside compute only. */
  private final ConcurrentHashMap<ChannelId, Map<UserId, List<Vouch>>> vouches =
      new ConcurrentHashMap<>();

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
          Map<UserId, List<Vouch>> users = old == null ? new HashMap<>() : old;
          users.computeIfAbsent(user, _ -> new ArrayList<>(1)).add(vouch);
          return users;
        });
    vouch.stands = true;
    return vouch;
  }

  /** Prolongs the deadline of everybody vouched for, in one step a channel. */
  public void prolongAll() {
    vouches.keySet().forEach(this::prolong);
  }

  /** How many users are vouched for, one for each channel that a user is in. */
  public long count() {
    return vouches.values().stream().mapToLong(Map::size).sum();
  }

  private void prolong(ChannelId channel) {
    // A vouch made after this is not forgotten below: its join may have come after the store's
    // answer.
    Map<UserId, List<Vouch>> seen = new HashMap<>();
    vouches.computeIfPresent(
        channel,
        (id, users) -> {
          users.forEach((user, all) -> seen.put(user, List.copyOf(all)));
          return users;
        });
    Set<UserId> absent = store.prolong(channel, seen.keySet());
    absent.forEach(user -> seen.get(user).forEach(this::forget));
    // Of whom the last socket dropped just now, the line above may have undone the release.
    seen.forEach(
        (user, all) -> {
          if (!absent.contains(user)
              && all.stream().noneMatch(Vouch::stands)
              && !has(channel, user)) {
            store.release(channel, user);
          }
        });
  }

  private boolean has(ChannelId channel, UserId user) {
    return vouches.getOrDefault(channel, Map.of()).containsKey(user);
  }

  /** Returns whether that was the user's last vouch in the channel. */
  private boolean forget(Vouch vouch) {
    vouch.stands = false;
    boolean[] last = {false};
    vouches.computeIfPresent(
        vouch.channel,
        (id, users) -> {
          List<Vouch> all = users.getOrDefault(vouch.user, List.of());
          if (all.contains(vouch)) {
            all.remove(vouch);
            if (all.isEmpty()) {
              users.remove(vouch.user);
              last[0] = true;
            }
          }
          return users.isEmpty() ? null : users;
        });
    return last[0];
  }

  /** One live socket's word for one user in one channel. */
  public final class Vouch {
    private final ChannelId channel;
    private final UserId user;
    private volatile boolean stands;

    private Vouch(ChannelId channel, UserId user) {
      this.channel = channel;
      this.user = user;
    }

    /** Whether it still counts; false once the user was seen to have left. */
    public boolean stands() {
      return stands;
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
        store.release(channel, user);
      }
    }
  }
}
