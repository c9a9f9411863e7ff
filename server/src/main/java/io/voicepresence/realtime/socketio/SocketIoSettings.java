package io.voicepresence.realtime.socketio;

import java.time.Duration;

/**
 * Every limit of the Socket.IO layer.
 *
 * @param connectTimeout how long a session may be without any namespace
 * @param maxAttachments binary values in one packet; all together they have at most {@code
 *     maxPayload} bytes
 * @param maxPendingCommands events of one socket that may wait for their handler; beyond it nothing
 *     more is read from the connection until half of them are done. What one read had brought
 *     already, at most 64 KiB, is still queued
 * @param maxNamespacesPerSession namespaces that one session may be connected to
 */
public record SocketIoSettings(
    Duration connectTimeout,
    int maxAttachments,
    int maxPendingCommands,
    int maxNamespacesPerSession) {

  /** 10 s, 10, 64, 8. */
  public static final SocketIoSettings DEFAULT =
      new SocketIoSettings(Duration.ofSeconds(10), 10, 64, 8);

  /** The most that two digits can say. */
  private static final int MOST_ATTACHMENTS = 99;

  public SocketIoSettings {
    require(connectTimeout.isPositive(), "connectTimeout must be positive");
    require(
        maxAttachments >= 0 && maxAttachments <= MOST_ATTACHMENTS,
        "maxAttachments must be 0 to " + MOST_ATTACHMENTS);
    require(maxPendingCommands > 0, "maxPendingCommands must be positive");
    require(maxNamespacesPerSession > 0, "maxNamespacesPerSession must be positive");
  }

  public SocketIoSettings withConnectTimeout(Duration timeout) {
    return new SocketIoSettings(
        timeout, maxAttachments, maxPendingCommands, maxNamespacesPerSession);
  }

  public SocketIoSettings withMaxPendingCommands(int commands) {
    return new SocketIoSettings(connectTimeout, maxAttachments, commands, maxNamespacesPerSession);
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalArgumentException(what);
    }
  }
}
