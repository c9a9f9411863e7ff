package io.voicepresence.error;

import java.time.Duration;

/**
 * A request that is answered with an error of the {@link ErrorCode} table. Its message is shown to
 * the client as it is, so it never carries a secret.
 *
 * <p>Thrown often and caught at the edge, so it records no stack trace.
 */
public final class RequestException extends RuntimeException {
  private final ErrorCode code;
  private final Duration retryAfter;

  /**
   * @param code which row of the error table
   * @param detail what happened and what to do, one sentence for the client
   */
  public RequestException(ErrorCode code, String detail) {
    this(code, detail, Duration.ZERO);
  }

  private RequestException(ErrorCode code, String detail, Duration retryAfter) {
    super(detail, null, false, false);
    this.code = code;
    this.retryAfter = retryAfter;
  }

  public static RequestException invalid(String detail) {
    return new RequestException(ErrorCode.INVALID_REQUEST, detail);
  }

  public static RequestException unauthenticated(String detail) {
    return new RequestException(ErrorCode.UNAUTHENTICATED, detail);
  }

  /** A fault of ours, of which the client learns no more than that. */
  public static RequestException internal() {
    return new RequestException(
        ErrorCode.INTERNAL, "Something broke here; it is in the server's log");
  }

  /** A body of another type than JSON. */
  public static RequestException notJson() {
    return new RequestException(
        ErrorCode.UNSUPPORTED_MEDIA_TYPE, "Send the body as Content-Type: application/json");
  }

  /** Too many requests; the next one is taken after {@code retryAfter}. */
  public static RequestException rateLimited(String detail, Duration retryAfter) {
    return new RequestException(ErrorCode.RATE_LIMITED, detail, retryAfter);
  }

  public ErrorCode code() {
    return code;
  }

  /** How long to wait before the next try; zero where that is not known. */
  public Duration retryAfter() {
    return retryAfter;
  }

  /** The sentence for the client. */
  public String detail() {
    return getMessage();
  }
}
