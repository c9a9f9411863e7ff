package io.voicepresence.realtime.engineio;

/**
 * The one table of why a session ends: WebSocket close code, meaning, and whether the client may
 * connect again by itself. Codes below 4000 are those of RFC 6455 section 7.4.1, the others are in
 * its range for private use.
 */
public enum CloseReason {
  CLIENT_CLOSED(1000, "the client said goodbye", true, true),
  TRANSPORT_LOST(1006, "the connection broke without a goodbye (never sent)", true, false),
  SERVER_DISCONNECT(1000, "the application ended the connection", false, true),
  SHUTDOWN(1001, "this node stops; another one takes over", true, true),
  PROTOCOL_ERROR(1002, "a WebSocket frame broke RFC 6455", false, false),
  INVALID_TEXT(1007, "a text message was not UTF-8", false, false),
  MESSAGE_TOO_BIG(1009, "a message was larger than maxPayload", false, false),
  INTERNAL_ERROR(1011, "a fault of the server", true, false),
  OVERLOADED(1013, "all sessions together have too many bytes waiting", true, false),
  BAD_PACKET(4000, "an Engine.IO or Socket.IO packet was malformed or out of place", false, false),
  CONNECT_TIMEOUT(4001, "no namespace was connected in time", true, true),
  PING_TIMEOUT(4002, "a ping was not answered in time", true, false),
  SLOW_READER(4003, "the client reads slower than events come", true, false),
  DUPLICATE_REQUEST(4004, "two polling requests of one kind at once", false, false),
  UPGRADE_REFUSED(4005, "the session has a WebSocket already, or none in time", false, false),
  EXPIRED(4006, "the token ran out", false, true),
  RATE_LIMITED(4008, "too many commands", true, true);

  private final int code;
  private final String meaning;
  private final boolean reconnect;
  private final boolean farewell;

  CloseReason(int code, String meaning, boolean reconnect, boolean farewell) {
    this.code = code;
    this.meaning = meaning;
    this.reconnect = reconnect;
    this.farewell = farewell;
  }

  /** The close code that goes out on a WebSocket. */
  public int code() {
    return code;
  }

  public String meaning() {
    return meaning;
  }

  /** Whether the same client may well succeed when it connects again unchanged. */
  public boolean mayReconnect() {
    return reconnect;
  }

  /**
   * Whether a polling client without a request under way shall still be able to fetch its last
   * packets. Where the client is gone or broke the protocol, the session is forgotten at once.
   */
  boolean hasFarewell() {
    return farewell;
  }

  /** Whether the client must learn of the end by its last packets, or it would come back. */
  boolean mustReachClient() {
    return farewell && !reconnect;
  }
}
