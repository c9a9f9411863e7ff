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

  /** A frame was handed to a client's socket or polling queue; {@code bytes} on the wire. */
  default void frameSent(int bytes) {}

  /** A packet came from a client; {@code length} in characters, or bytes if it is binary. */
  default void packetReceived(int length) {}
}
