package io.voicepresence.http;

import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.Error;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import io.voicepresence.error.ErrorCode;
import io.voicepresence.error.RequestException;
import jakarta.inject.Singleton;

/** Gives every error that the HTTP server itself finds its row of the error table. */
@Singleton
final class ProblemResponses implements ErrorResponseProcessor<byte[]> {

  @Override
  public MutableHttpResponse<byte[]> processResponse(
      ErrorContext context, MutableHttpResponse<?> response) {
    if (context.getRootCause().orElse(null) instanceof RequestException refused) {
      return Problem.of(refused);
    }
    ErrorCode code = codeOf(response.status());
    MutableHttpResponse<byte[]> problem = Problem.of(code, detail(code, context));
    // Such as Allow, which the server knows.
    response
        .getHeaders()
        .forEach(
            (name, values) -> {
              if (!problem.getHeaders().contains(name)) {
                values.forEach(value -> problem.header(name, value));
              }
            });
    return problem;
  }

  private static ErrorCode codeOf(HttpStatus status) {
    return switch (status) {
      case NOT_FOUND -> ErrorCode.NOT_FOUND;
      case METHOD_NOT_ALLOWED -> ErrorCode.METHOD_NOT_ALLOWED;
      case REQUEST_ENTITY_TOO_LARGE -> ErrorCode.PAYLOAD_TOO_LARGE;
      case UNSUPPORTED_MEDIA_TYPE -> ErrorCode.UNSUPPORTED_MEDIA_TYPE;
      default -> status.getCode() < 500 ? ErrorCode.INVALID_REQUEST : ErrorCode.INTERNAL;
    };
  }

  private static String detail(ErrorCode code, ErrorContext context) {
    String where = context.getRequest().getMethodName() + " " + context.getRequest().getPath();
    return switch (code) {
      case NOT_FOUND -> "There is no " + where;
      case METHOD_NOT_ALLOWED -> where + " is not offered; see the Allow header";
      case PAYLOAD_TOO_LARGE ->
          "The body is larger than the limit of " + HttpLimits.MAX_BODY_BYTES / 1024 + " KiB";
      case UNSUPPORTED_MEDIA_TYPE -> RequestException.notJson().detail();
      case INTERNAL -> RequestException.internal().detail();
      default -> context.getErrors().stream().findFirst().map(Error::getMessage).orElse("");
    };
  }
}
