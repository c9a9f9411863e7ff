package io.voicepresence.presence.redis;

import io.lettuce.core.cluster.SlotHash;
import io.voicepresence.presence.redis.ClusterNodes.Master;
import io.voicepresence.presence.redis.ClusterNodes.Slots;
import io.voicepresence.presence.redis.RedisAddress.Endpoint;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which master has which slot, as far as known. */
final class ClusterView {
  static final ClusterView UNKNOWN =
      new ClusterView(Collections.nCopies(SlotHash.SLOT_COUNT, Optional.empty()), Set.of());

  private final List<Optional<Endpoint>> owners;
  private final Set<Endpoint> masters;

  private ClusterView(List<Optional<Endpoint>> owners, Set<Endpoint> masters) {
    this.owners = owners;
    this.masters = Set.copyOf(masters);
  }

  /**
   * What several nodes know together. Some of them may be behind: of two claims to a slot the one
   * of the higher configuration epoch is the later one (Redis Cluster specification,
   * "configEpoch").
   */
  static ClusterView of(Collection<ClusterNodes> answers) {
    Master[] claims = new Master[SlotHash.SLOT_COUNT];
    Set<Endpoint> masters = new HashSet<>();
    for (ClusterNodes answer : answers) {
      for (Master master : answer.masters()) {
        master.slots().forEach(slots -> claim(claims, slots, master));
      }
    }
    Arrays.stream(claims).filter(claim -> claim != null).forEach(c -> masters.add(c.endpoint()));
    return new ClusterView(
        Arrays.stream(claims).map(c -> Optional.ofNullable(c).map(Master::endpoint)).toList(),
        masters);
  }

  private static void claim(Master[] claims, Slots slots, Master master) {
    for (int slot = slots.first(); slot <= slots.last() && slot < claims.length; slot++) {
      if (claims[slot] == null || claims[slot].epoch() < master.epoch()) {
        claims[slot] = master;
      }
    }
  }

  /** As this one, but for a slot that has moved; this one, where it is known to be there. */
  ClusterView with(int slot, Endpoint owner) {
    if (owners.get(slot).equals(Optional.of(owner))) {
      // Many commands are sent on at once when a slot moves, and one of them says enough.
      return this;
    }
    Optional<Endpoint>[] moved = owners.toArray(ClusterView::newArray);
    moved[slot] = Optional.of(owner);
    Set<Endpoint> all = new HashSet<>(masters);
    all.add(owner);
    return new ClusterView(List.of(moved), all);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // Java has no arrays of generic types.
  private static Optional<Endpoint>[] newArray(int length) {
    return new Optional[length];
  }

  /** The master of a key's slot; empty where it is not known, or nobody has it. */
  Optional<Endpoint> ownerOf(String key) {
    return owners.get(SlotHash.getSlot(key));
  }

  /** All that have slots. */
  Set<Endpoint> masters() {
    return masters;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ClusterView view
        && owners.equals(view.owners)
        && masters.equals(view.masters);
  }

  @Override
  public int hashCode() {
    return owners.hashCode();
  }
}
