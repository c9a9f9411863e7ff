package io.voicepresence.realtime.engineio;

/** How a session's packets travel. */
public enum TransportName {
  POLLING,
  WEBSOCKET
}
