package io.voicepresence.realtime.engineio;

/**
 * What the two protocol layers count. Called on event loops, often: an implementation adds to a
 * counter and returns.
 */
public interface RealtimeMetrics {
  /** Counts nothing. */
  RealtimeMetrics NONE = new RealtimeMetrics() {};

  default void sessionOpened(TransportName transport) {}

  default void sessionUpgraded() {}

  default void sessionClosed(CloseReason reason) {}

  /** An HTTP request was refused. */
  default void requestRefused(EngineIoError error) {}

  /** Frames were handed to clients' sockets or polling queues; {@code bytes} of all on the wire. */
  default void framesSent(int count, long bytes) {}

  /** A packet came from a client; {@code length} in characters, or bytes if it is binary. */
  default void packetReceived(int length) {}
}
