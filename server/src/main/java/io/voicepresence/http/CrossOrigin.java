package io.voicepresence.http;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.voicepresence.origin.OriginPolicy;

/**
 * Lets pages of the listed origins call from a browser (the Fetch standard's CORS protocol). Pages
 * of other origins get their answer without these headers, and the browser keeps it from them; no
 * credentials but the bearer token are ever looked at, so there is nothing to ride on.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
final class CrossOrigin {
  private final OriginPolicy origins;

  CrossOrigin(OriginPolicy origins) {
    this.origins = origins;
  }

  /** Answers the browser's question before a request that is not a simple one. */
  @RequestFilter
  @Nullable
  HttpResponse<?> preflight(HttpRequest<?> request) {
    boolean asks =
        request.getMethod() == HttpMethod.OPTIONS
            && request.getHeaders().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
    if (!asks || !isListed(request)) {
      return null;
    }
    MutableHttpResponse<?> answer =
        HttpResponse.noContent()
            .header(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PATCH, DELETE")
            .header(
                HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS,
                "Authorization, Content-Type, If-None-Match")
            .header(HttpHeaders.ACCESS_CONTROL_MAX_AGE, "600");
    // An answer from here does not come by the filter below.
    allow(request, answer);
    return answer;
  }

  @ResponseFilter
  void allow(HttpRequest<?> request, MutableHttpResponse<?> response) {
    if (isListed(request)) {
      response
          .header(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin(request))
          .header(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, "ETag, Retry-After");
    }
    if (!origins.allowed().isEmpty()) {
      response.header(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    }
  }

  private boolean isListed(HttpRequest<?> request) {
    String origin = origin(request);
    return !origin.isEmpty() && origins.isListed(origin);
  }

  private static String origin(HttpRequest<?> request) {
    String origin = request.getHeaders().get(HttpHeaders.ORIGIN);
    return origin == null ? "" : origin;
  }
}
