package io.voicepresence.realtime.room;

import java.util.HashMap;
import java.util.Map;

/**
 * Maps of which each idle connection keeps one: an immutable one while there is at most one entry,
 * which takes a quarter of the bytes, and a {@link HashMap} beyond. Functions and no class of its
 * own, because that would be one object more for each connection.
 */
public final class SmallMap {
  private SmallMap() {}

  /** The map with one more entry, or with another value; the given map is not to be used again. */
  public static <K, V> Map<K, V> with(Map<K, V> map, K key, V value) {
    if (map.isEmpty() || (map.size() == 1 && map.containsKey(key))) {
      return Map.of(key, value);
    }
    Map<K, V> several = map.size() == 1 ? new HashMap<>(map) : map;
    several.put(key, value);
    return several;
  }

  /** The map without the key's entry, if there is one; the given map is not to be used again. */
  public static <K, V> Map<K, V> without(Map<K, V> map, K key) {
    if (!map.containsKey(key)) {
      return map;
    }
    if (map.size() == 1) {
      return Map.of();
    }
    map.remove(key);
    return map.size() == 1 ? Map.copyOf(map) : map;
  }
}
