package io.voicepresence.http;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;

/** Answers in JSON, whatever the request would accept: there is no other form to choose. */
final class Json {
  private Json() {}

  static MutableHttpResponse<byte[]> ok(byte[] json) {
    MutableHttpResponse<byte[]> response = HttpResponse.ok(json);
    return response.contentType(MediaType.APPLICATION_JSON_TYPE);
  }
}
