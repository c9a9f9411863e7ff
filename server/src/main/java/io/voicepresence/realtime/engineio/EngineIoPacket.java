package io.voicepresence.realtime.engineio;

/**
 * A packet that a client may send. Source: Engine.IO protocol, revision 4, "Protocol". Kept apart
 * from the session: what a packet means depends on the moment, what it is does not.
 */
public sealed interface EngineIoPacket {

  /** {@code 1}: the client leaves. */
  record Close() implements EngineIoPacket {}

  /** {@code 2}, with the data that follows; from a client only as {@code 2probe}. */
  record Ping(String data) implements EngineIoPacket {}

  /** {@code 3}: the answer to the server's ping. */
  record Pong(String data) implements EngineIoPacket {}

  /** {@code 4}: text for the layer above. */
  record Message(String text) implements EngineIoPacket {}

  /** A binary WebSocket frame, or {@code b} and base64 in a polling payload. */
  @SuppressWarnings("ArrayRecordComponent") // handed through, never compared
  record Binary(byte[] bytes) implements EngineIoPacket {}

  /** {@code 5}: the WebSocket takes over from polling. */
  record Upgrade() implements EngineIoPacket {}

  /** {@code 6}: nothing. */
  record Noop() implements EngineIoPacket {}

  /** What is no packet of a client, and why. */
  record Malformed(String why) implements EngineIoPacket {}
}
