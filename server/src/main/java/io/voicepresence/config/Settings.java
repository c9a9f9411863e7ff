package io.voicepresence.config;

import io.voicepresence.auth.KeySource;
import io.voicepresence.presence.redis.RedisAddress;
import io.voicepresence.presence.redis.RedisSettings;
import java.time.Duration;
import java.util.Optional;

/**
 * Everything that can be set, checked. {@link Options} names each and says what it means.
 *
 * @param demo whether this is {@code --demo}: loopback only, a random secret, sample channels
 */
public record Settings(
    boolean demo,
    Listener listener,
    Tokens tokens,
    Presence presence,
    Store store,
    AccessMode access,
    Limits limits,
    Logs logs) {

  /**
   * Where and how the server listens.
   *
   * @param port 0 for a free one
   * @param corsOrigins for HTTP and for WebSocket
   * @param shutdownGrace how long a stop waits for commands under way
   * @param ioUring whether to send by io_uring, where the system allows it
   */
  public record Listener(
      String host, int port, AllowedOrigins corsOrigins, Duration shutdownGrace, boolean ioUring) {}

  /** How tokens are checked. */
  public record Tokens(KeySource keys, Optional<String> issuer, Optional<String> audience) {}

  /**
   * How long a presence lasts, and what its events are called.
   *
   * @param ttl of a presence that is not renewed, at least 1 s
   * @param disconnectGrace how long a presence outlives its socket
   */
  public record Presence(Duration ttl, Duration disconnectGrace, EventNames eventNames) {}

  /** Where presence is kept. */
  public sealed interface Store {

    /** In this node alone. */
    record Memory() implements Store {}

    /**
     * In Redis or Valkey, for all nodes.
     *
     * @param otherBackend whether another backend writes there too
     */
    record Redis(RedisAddress address, RedisSettings connection, boolean otherBackend)
        implements Store {}
  }

  /**
   * What one client, and all of them, may take.
   *
   * @param maxPayloadBytes of one Socket.IO payload
   * @param connectTimeout until a new connection has shown its token
   * @param maxConnections sockets open at once
   * @param maxSubscriptions channels per socket
   * @param maxChannelsPerUser channels that one user is in at once
   * @param commandRate commands a second and user
   * @param commandBurst commands at once and user, at least {@code commandRate}
   * @param outboundLimitBytes waiting for one socket, more than {@code maxPayloadBytes}
   * @param outboundTotalBytes waiting for all sockets, at least {@code outboundLimitBytes}
   */
  public record Limits(
      int maxPayloadBytes,
      Duration pingInterval,
      Duration pingTimeout,
      Duration connectTimeout,
      int maxConnections,
      int maxSubscriptions,
      int maxChannelsPerUser,
      int commandRate,
      int commandBurst,
      int outboundLimitBytes,
      int outboundTotalBytes) {}

  /** What is logged, and in which form. */
  public record Logs(LogLevel level, LogFormat format) {}
}
