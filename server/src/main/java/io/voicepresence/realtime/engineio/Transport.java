package io.voicepresence.realtime.engineio;

import io.netty.channel.unix.Socket;

/** How one session's packets travel. Called in the session's event loop only. */
sealed interface Transport permits PollingTransport, WebSocketTransport {

  TransportName name();

  /** Sends or queues; the frame stays the caller's to release. */
  void send(OutboundFrame frame);

  /** Bytes that wait for the client to take them. */
  long pendingBytes();

  /**
   * The socket under it, to which whole frames may be sent directly while nothing waits; null where
   * there is none or something must come in between.
   */
  Socket socket();

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
