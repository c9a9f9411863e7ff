package io.voicepresence.presence;

import io.voicepresence.channel.ChannelId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For whom this node's live sockets vouch, and in which channels. While a socket lives, its user's
 * deadline is prolonged from here, whatever the client's timers do: a browser slows those of a
 * background tab down to one a minute.
 *
 * <p>Nobody prolongs for a node that died or one that is frozen, so both end as a dropped socket
 * does: the deadline passes.
 */
public final class LiveSockets {
  private static final Logger log = LoggerFactory.getLogger(LiveSockets.class);

  private final PresenceStore store;

  /** Neither maps nor lists are ever empty. Touched inside compute only. */
  private final ConcurrentHashMap<ChannelId, Map<Stay, List<Vouch>>> vouches =
      new ConcurrentHashMap<>();

  public LiveSockets(PresenceStore store) {
    this.store = store;
  }

  /** Lets one more socket vouch for the stay that its join or refresh was answered with. */
  public Vouch vouch(ChannelId channel, Stay stay) {
    Vouch vouch = new Vouch(channel, stay);
    vouches.compute(
        channel,
        (id, old) -> {
          Map<Stay, List<Vouch>> stays = old == null ? new HashMap<>() : old;
          stays.computeIfAbsent(stay, _ -> new ArrayList<>(1)).add(vouch);
          return stays;
        });
    return vouch;
  }

  /** Prolongs the deadline of everybody vouched for, in one step a channel. */
  public void prolongAll() {
    for (ChannelId channel : vouches.keySet()) {
      try {
        prolong(channel);
      } catch (RuntimeException failed) {
        // The others are not to suffer; this one is tried again with the next round.
        log.error("Failed to prolong deadlines in voice channel {}", channel, failed);
      }
    }
  }

  /** How many stays are vouched for. */
  public long count() {
    return vouches.values().stream().mapToLong(Map::size).sum();
  }

  private void prolong(ChannelId channel) {
    Map<Stay, List<Vouch>> seen = new HashMap<>();
    vouches.computeIfPresent(
        channel,
        (id, stays) -> {
          stays.forEach((stay, all) -> seen.put(stay, List.copyOf(all)));
          return stays;
        });
    Set<Stay> over = store.prolong(channel, seen.keySet()).absent();
    over.forEach(stay -> seen.get(stay).forEach(this::forget));
    // Of whom the last socket dropped just now, the step above may have undone the release.
    for (Stay stay : seen.keySet()) {
      if (!over.contains(stay) && !has(channel, stay)) {
        store.release(channel, stay);
      }
    }
  }

  private boolean has(ChannelId channel, Stay stay) {
    boolean[] has = {false};
    vouches.computeIfPresent(
        channel,
        (id, stays) -> {
          has[0] = stays.containsKey(stay);
          return stays;
        });
    return has[0];
  }

  /** Returns whether that was the last vouch for the stay. */
  private boolean forget(Vouch vouch) {
    vouch.stands = false;
    boolean[] last = {false};
    vouches.computeIfPresent(
        vouch.channel,
        (id, stays) -> {
          List<Vouch> all = stays.getOrDefault(vouch.stay, List.of());
          if (all.contains(vouch)) {
            all.remove(vouch);
            if (all.isEmpty()) {
              stays.remove(vouch.stay);
              last[0] = true;
            }
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
        } catch (RuntimeException failed) {
          // Nobody prolongs any more, so the deadline passes all the same, a little later.
          log.error("Failed to begin the grace in voice channel {}", channel, failed);
        }
      }
    }
  }
}
