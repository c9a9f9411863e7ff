package io.voicepresence.presence.redis;

import io.lettuce.core.cluster.SlotHash;
import io.voicepresence.presence.redis.RedisAddress.Endpoint;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a node of a Cluster says that a slot is (Redis Cluster specification, "MOVED Redirection").
 *
 * @param forGood whether the slot has moved; else this one key is on its way (ASK)
 */
record Redirection(boolean forGood, int slot, Endpoint target) {
  private static final Pattern ERROR = Pattern.compile("(MOVED|ASK) (\\d{1,5}) (.*):(\\d{1,5})");

  /**
   * Reads an error reply; empty where it is no redirection.
   *
   * @param askedHost the host that answered: a node that knows no address of its own names the port
   *     alone
   */
  static Optional<Redirection> parse(String error, String askedHost) {
    Matcher words = ERROR.matcher(error);
    if (!words.matches()) {
      return Optional.empty();
    }
    String host = words.group(3).isEmpty() ? askedHost : words.group(3);
    return Optional.of(
        new Redirection(
            words.group(1).equals("MOVED"),
            Integer.parseInt(words.group(2)) % SlotHash.SLOT_COUNT,
            new Endpoint(host, Integer.parseInt(words.group(4)))));
  }
}
