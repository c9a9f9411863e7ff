package io.voicepresence.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.voicepresence.error.RequestException;
import jakarta.inject.Singleton;

/** Answers what a route refuses. */
@Singleton
@Produces
final class FailureHandler implements ExceptionHandler<RequestException, HttpResponse<byte[]>> {
  @Override
  @SuppressWarnings("rawtypes") // The interface asks for the raw type.
  public HttpResponse<byte[]> handle(HttpRequest request, RequestException refused) {
    return Problem.of(refused);
  }
}
