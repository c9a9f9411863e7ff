package io.voicepresence.error;

/**
 * A request that is answered with an error of the {@link ErrorCode} table. Its message is shown to
 * the client as it is, so it never carries a secret.
 *
 * <p>Thrown often and caught at the edge, so it records no stack trace.
 */
public final class RequestException extends RuntimeException {
  private final ErrorCode code;

  /**
   * @param code which row of the error table
   * @param detail what happened and what to do, one sentence for the client
   */
  public RequestException(ErrorCode code, String detail) {
    super(detail, null, false, false);
    this.code = code;
  }

  public static RequestException invalid(String detail) {
    return new RequestException(ErrorCode.INVALID_REQUEST, detail);
  }

  public static RequestException unauthenticated(String detail) {
    return new RequestException(ErrorCode.UNAUTHENTICATED, detail);
  }

  public ErrorCode code() {
    return code;
  }

  /** The sentence for the client. */
  public String detail() {
    return getMessage();
  }
}
