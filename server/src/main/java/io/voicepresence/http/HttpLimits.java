package io.voicepresence.http;

/** What one HTTP request may take. */
public final class HttpLimits {
  /** The longest body, in bytes: 64 KiB. */
  public static final int MAX_BODY_BYTES = 64 * 1024;

  /** All header lines together, in bytes: 16 KiB, twice the longest token. */
  public static final int MAX_HEADER_BYTES = 16 * 1024;

  /**
   * The request line, in bytes: 32 KiB, so that {@link
   * io.voicepresence.json.StrictJson#MAX_CHANNELS} of the longest ids fit into a query.
   */
  public static final int MAX_REQUEST_LINE_BYTES = 32 * 1024;

  private HttpLimits() {}
}
