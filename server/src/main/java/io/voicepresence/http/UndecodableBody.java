package io.voicepresence.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.netty.handler.codec.DecoderException;
import io.voicepresence.error.ErrorCode;
import jakarta.inject.Singleton;

/** Answers a body that is not what its Content-Encoding says. */
@Singleton
@Produces
final class UndecodableBody implements ExceptionHandler<DecoderException, HttpResponse<byte[]>> {
  @Override
  @SuppressWarnings("rawtypes") // The interface asks for the raw type.
  public HttpResponse<byte[]> handle(HttpRequest request, DecoderException failed) {
    return Problem.of(
        ErrorCode.INVALID_REQUEST, "The body is not what its Content-Encoding says it is");
  }
}
