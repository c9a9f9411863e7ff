package io.voicepresence.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.voicepresence.error.RequestException;
import io.voicepresence.json.StrictJson;
import java.util.List;

/** What a request's body may be. */
final class Bodies {
  private static final byte[] NOTHING = {};

  private Bodies() {}

  /**
   * Reads a JSON object.
   *
   * @throws RequestException {@code unsupported_media_type} or {@code invalid_request}
   */
  static ObjectNode object(HttpRequest<byte[]> request) {
    requireJson(request);
    return StrictJson.object(request.getBody().orElse(NOTHING));
  }

  /** Takes no body, or an empty object, which some clients send for none. */
  static void requireEmpty(HttpRequest<byte[]> request) {
    if (request.getBody().orElse(NOTHING).length > 0) {
      StrictJson.onlyFields(object(request), List.of());
    }
  }

  private static void requireJson(HttpRequest<?> request) {
    boolean json =
        request
            .getContentType()
            .map(
                type ->
                    type.getName().equalsIgnoreCase(MediaType.APPLICATION_JSON)
                        || type.getSubtype().endsWith("+json"))
            .orElse(false);
    if (!json) {
      throw RequestException.notJson();
    }
  }
}
