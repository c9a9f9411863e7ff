package io.voicepresence.presence.redis;

import io.voicepresence.presence.redis.RedisAddress.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one node of a Cluster knows of all nodes: its answer to {@code CLUSTER NODES}.
 *
 * @param masters with and without slots
 * @param replicas where to ask, too, when all masters are gone
 */
record ClusterNodes(List<Master> masters, List<Endpoint> replicas) {

  /**
   * @param epoch of its configuration: where two nodes claim a slot, the higher one has it
   */
  record Master(Endpoint endpoint, long epoch, List<Slots> slots) {
    Master {
      slots = List.copyOf(slots);
    }
  }

  /** Slots from {@code first} to {@code last}, both included. */
  record Slots(int first, int last) {}

  /**
   * {@code <id> <ip>:<port>@<bus port>[,<host name>[,...]] <flags> <master> <2 times> <epoch> ...}
   */
  private static final Pattern ADDRESS =
      Pattern.compile("(.*):(\\d+)(?:@\\d+)?(?:,([^,]*))?(?:,.*)?");

  private static final Pattern SLOTS = Pattern.compile("(\\d+)(?:-(\\d+))?");
  private static final int FIRST_SLOT_FIELD = 8;

  ClusterNodes {
    masters = List.copyOf(masters);
    replicas = List.copyOf(replicas);
  }

  /**
   * Reads the answer.
   *
   * @param asked where it comes from: a node may not know its own address
   * @param tls whether nodes are called by name, where they have one: their certificates say it
   */
  static ClusterNodes parse(String answer, Endpoint asked, boolean tls) {
    List<Master> masters = new ArrayList<>();
    List<Endpoint> replicas = new ArrayList<>();
    for (String line : answer.split("\r?\n", -1)) {
      String[] fields = line.split(" ", -1);
      if (fields.length < FIRST_SLOT_FIELD) {
        continue;
      }
      List<String> flags = List.of(fields[2].split(",", -1));
      Matcher address = ADDRESS.matcher(fields[1]);
      if (flags.contains("noaddr") || flags.contains("handshake") || !address.matches()) {
        continue;
      }
      Endpoint endpoint = endpoint(address, flags.contains("myself"), asked, tls);
      if (flags.contains("master")) {
        masters.add(new Master(endpoint, Long.parseLong(fields[6]), slots(fields)));
      } else {
        replicas.add(endpoint);
      }
    }
    return new ClusterNodes(masters, replicas);
  }

  private static Endpoint endpoint(Matcher address, boolean myself, Endpoint asked, boolean tls) {
    String ip = address.group(1);
    String name = address.group(3) == null ? "" : address.group(3);
    int port = Integer.parseInt(address.group(2));
    if (tls && !name.isEmpty()) {
      return new Endpoint(name, port);
    }
    return new Endpoint(myself && ip.isEmpty() ? asked.host() : ip, port);
  }

  /** Without those on their way, which stand in square brackets. */
  private static List<Slots> slots(String[] fields) {
    List<Slots> slots = new ArrayList<>();
    for (int i = FIRST_SLOT_FIELD; i < fields.length; i++) {
      Matcher range = SLOTS.matcher(fields[i]);
      if (range.matches()) {
        int first = Integer.parseInt(range.group(1));
        slots.add(
            new Slots(first, range.group(2) == null ? first : Integer.parseInt(range.group(2))));
      }
    }
    return slots;
  }
}
