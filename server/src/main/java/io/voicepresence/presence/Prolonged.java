package io.voicepresence.presence;

import java.util.HashSet;
import java.util.Set;

/**
 * Which of the stays that were to be prolonged are not in the store.
 *
 * @param over ended by somebody's word: the user left, was removed, or is in another stay
 * @param lost ended by nobody's word: the store lost its data, or the deadline passed while this
 *     node could not prolong. Where the socket lives, {@link PresenceStore#reassert} is due.
 */
public record Prolonged(Set<Stay> over, Set<Stay> lost) {
  public static final Prolonged ALL = new Prolonged(Set.of(), Set.of());

  public Prolonged {
    over = Set.copyOf(over);
    lost = Set.copyOf(lost);
  }

  /** Every stay that is not in the store. */
  public Set<Stay> absent() {
    Set<Stay> absent = new HashSet<>(over);
    absent.addAll(lost);
    return absent;
  }
}
