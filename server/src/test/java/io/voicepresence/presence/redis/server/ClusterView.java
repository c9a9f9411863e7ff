package io.voicepresence.presence.redis.server;

import java.util.List;

/** What a node of a Cluster says about itself: its own line of {@code CLUSTER NODES}. */
record ClusterView(
    String id, List<String> flags, String masterId, long epoch, List<SlotRange> slots) {

  record SlotRange(int first, int last) {
    static SlotRange of(String text) {
      String[] ends = text.split("-", 2);
      return new SlotRange(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
    }
  }

  static ClusterView of(RedisServer server) {
    String own =
        ((String) server.command("CLUSTER", "NODES"))
            .lines()
            .filter(line -> line.contains("myself"))
            .findFirst()
            .orElseThrow();
    List<String> fields = List.of(own.split(" "));
    List<SlotRange> slots =
        fields.stream()
            .skip(8)
            // A slot that moves stands in brackets.
            .filter(field -> !field.startsWith("["))
            .map(SlotRange::of)
            .toList();
    return new ClusterView(
        fields.get(0),
        List.of(fields.get(2).split(",")),
        fields.get(3),
        Long.parseLong(fields.get(6)),
        slots);
  }

  boolean isMaster() {
    return flags.contains("master");
  }

  boolean serves(int slot) {
    return isMaster() && slots.stream().anyMatch(r -> r.first() <= slot && slot <= r.last());
  }
}
