package io.voicepresence.realtime.engineio;

/** How one session's packets travel. Called in the session's event loop only. */
sealed interface Transport permits PollingTransport, WebSocketTransport {

  TransportName name();

  /** Sends or queues; the frame stays the caller's to release. */
  void send(OutboundFrame frame);

  /** Bytes that wait for the client to take them. */
  long pendingBytes();

  /** Takes no more input from the client until {@link #resume}; what is underway still comes. */
  void pause();

  void resume();

  /**
   * Ends the transport, with a goodbye where one can still be said.
   *
   * @return whether last packets still wait to be fetched by {@link PollingTransport#onPoll}
   */
  boolean close(CloseReason reason);
}
