package io.voicepresence.http;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.voicepresence.error.ErrorCode;
import io.voicepresence.error.RequestException;
import io.voicepresence.json.JsonObject;

/** An error as RFC 9457 has it: {@code {type, title, status, detail, code}}. */
final class Problem {
  static final MediaType TYPE = MediaType.of("application/problem+json");

  private Problem() {}

  static MutableHttpResponse<byte[]> of(RequestException refused) {
    MutableHttpResponse<byte[]> response = of(refused.code(), refused.detail());
    if (refused.code() == ErrorCode.RATE_LIMITED) {
      // Whole seconds, rounded up: RFC 9110 section 10.2.3.
      long seconds = Math.max(1, refused.retryAfter().plusNanos(999_999_999).toSeconds());
      response.header(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
    }
    return response;
  }

  static MutableHttpResponse<byte[]> of(ErrorCode code, String detail) {
    byte[] body =
        new JsonObject(256)
            .put("type", "about:blank")
            .put("title", code.title())
            .put("status", code.status())
            .put("detail", detail)
            .put("code", code.code())
            .toBytes();
    MutableHttpResponse<byte[]> response =
        HttpResponse.<byte[]>status(HttpStatus.valueOf(code.status())).contentType(TYPE).body(body);
    if (code == ErrorCode.UNAUTHENTICATED) {
      response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    return response;
  }
}
