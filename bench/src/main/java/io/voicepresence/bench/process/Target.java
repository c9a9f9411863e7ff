package io.voicepresence.bench.process;

import java.util.Arrays;
import java.util.Locale;

/** A server that is measured. */
public enum Target {
  /** Voice Presence, in memory. */
  SERVICE,
  /** Voice Presence with Redis. */
  SERVICE_REDIS,
  /** NestJS, Socket.IO, ioredis and the Redis adapter. */
  PEER,
  /** Socket.IO alone: no NestJS, no Redis. */
  BARE,
  /** A loop of epoll and write() in C. */
  FLOOR,
  /** The same sends in batches by io_uring. */
  FLOOR_URING,
  /** The same, with the events of one channel and one turn joined. */
  FLOOR_SEVERAL;

  /** As the command line and the report write it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether it needs a Redis. */
  public boolean needsRedis() {
    return this == SERVICE_REDIS || this == PEER;
  }

  /**
   * The target of a label.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Target of(String label) {
    return Arrays.stream(values())
        .filter(target -> target.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No target " + label));
  }
}
