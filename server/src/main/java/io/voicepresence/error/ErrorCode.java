package io.voicepresence.error;

/**
 * The one error table. HTTP problems, Socket.IO acks and the documentation all come from it.
 *
 * <p>{@link #code()} is what clients test against and never changes; {@link #status()} is the HTTP
 * status; {@link #retryable()} tells whether the same request may succeed later without any change.
 */
public enum ErrorCode {
  INVALID_REQUEST("invalid_request", 400, "Invalid request", false),
  UNAUTHENTICATED("unauthenticated", 401, "Not authenticated", false),
  CHANNEL_ACCESS_DENIED("channel_access_denied", 403, "Channel access denied", false),
  CHANNEL_NOT_FOUND("channel_not_found", 404, "Channel not found", false),
  NOT_IN_CHANNEL("not_in_channel", 404, "Not in the channel", false),
  NOT_FOUND("not_found", 404, "No such route", false),
  METHOD_NOT_ALLOWED("method_not_allowed", 405, "Method not allowed", false),
  CHANNEL_FULL("channel_full", 409, "Channel full", true),
  PAYLOAD_TOO_LARGE("payload_too_large", 413, "Payload too large", false),
  UNSUPPORTED_MEDIA_TYPE("unsupported_media_type", 415, "Unsupported media type", false),
  RATE_LIMITED("rate_limited", 429, "Too many requests", true),
  INTERNAL("internal", 500, "Internal error", true),
  UNAVAILABLE("unavailable", 503, "Temporarily unavailable", true);

  private final String code;
  private final int status;
  private final String title;
  private final boolean retryable;

  ErrorCode(String code, int status, String title, boolean retryable) {
    this.code = code;
    this.status = status;
    this.title = title;
    this.retryable = retryable;
  }

  /** The machine-readable name, stable for ever. */
  public String code() {
    return code;
  }

  /** The HTTP status that goes with it. */
  public int status() {
    return status;
  }

  /** One short phrase for people, the same for every occurrence. */
  public String title() {
    return title;
  }

  /** Whether the same request may succeed later without any change. */
  public boolean retryable() {
    return retryable;
  }
}
