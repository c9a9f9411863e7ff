package io.voicepresence.http;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;

/** Conditional requests: who has a body already is not sent it again (RFC 9110 section 13). */
final class Revalidation {
  /** Caches may keep an answer for this user, and ask before each use whether it still holds. */
  private static final String ASK_FIRST = "private, no-cache";

  private static final String WEAK = "W/";

  private Revalidation() {}

  /** The body, or {@code 304 Not Modified} where the request names its validator. */
  static HttpResponse<byte[]> answer(HttpRequest<?> request, SnapshotBody body) {
    MutableHttpResponse<byte[]> response =
        isKnown(request, body.etag())
            ? HttpResponse.status(HttpStatus.NOT_MODIFIED)
            : Json.ok(body.json());
    return response
        .header(HttpHeaders.ETAG, body.etag())
        .header(HttpHeaders.CACHE_CONTROL, ASK_FIRST);
  }

  /** Section 13.1.2: a list of validators, compared weakly, or a star for any. */
  private static boolean isKnown(HttpRequest<?> request, String etag) {
    for (String line : request.getHeaders().getAll(HttpHeaders.IF_NONE_MATCH)) {
      for (String validator : line.split(",", -1)) {
        String known = validator.strip();
        if (known.equals("*") || opaque(known).equals(opaque(etag))) {
          return true;
        }
      }
    }
    return false;
  }

  private static String opaque(String validator) {
    return validator.startsWith(WEAK) ? validator.substring(WEAK.length()) : validator;
  }
}
