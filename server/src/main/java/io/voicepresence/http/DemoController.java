package io.voicepresence.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.voicepresence.auth.TokenIssuer;
import io.voicepresence.channel.UserId;
import io.voicepresence.error.RequestException;
import io.voicepresence.json.JsonObject;
import io.voicepresence.json.PresenceJson;
import io.voicepresence.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/** Gives a token to everybody who asks, so that the demo needs no application. Demo mode only. */
@Controller("/demo")
@Requires(beans = TokenIssuer.class)
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
@ExecuteOn(TaskExecutors.VIRTUAL)
final class DemoController {
  private static final Duration LIFETIME = Duration.ofHours(1);
  private static final int MAX_NAME_LENGTH = 64;
  private static final Pattern LOOPBACK =
      Pattern.compile("(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d{1,5})?");

  private final TokenIssuer issuer;
  private final InstantSource clock;

  DemoController(TokenIssuer issuer, InstantSource clock) {
    this.issuer = issuer;
    this.clock = clock;
  }

  @Post("/token")
  HttpResponse<byte[]> token(HttpRequest<byte[]> request) {
    requireLoopbackName(request);
    ObjectNode body = Bodies.object(request);
    StrictJson.onlyFields(body, List.of("username"));
    String username = username(body.path("username"));
    UserId user = userId(username);
    Instant expiresAt = clock.instant().truncatedTo(ChronoUnit.SECONDS).plus(LIFETIME);
    return Json.ok(
        new JsonObject(1024)
            .put("token", issuer.issue(user, username, LIFETIME))
            .put("userId", user.value())
            .put("username", username)
            .put("expiresAt", PresenceJson.timestamp(expiresAt))
            .toBytes());
  }

  /**
   * A page elsewhere can make its own name mean this machine (DNS rebinding), and would then be
   * taken for one of ours; its name still stands in the request.
   */
  private static void requireLoopbackName(HttpRequest<?> request) {
    String host = request.getHeaders().get(HttpHeaders.HOST, String.class, "");
    if (!LOOPBACK.matcher(host).matches()) {
      throw RequestException.invalid(
          "Demo tokens are only for pages of this machine: open http://127.0.0.1 or http://localhost");
    }
  }

  private static String username(JsonNode value) {
    String name = value.isTextual() ? value.textValue().strip() : "";
    if (name.isEmpty()
        || name.length() > MAX_NAME_LENGTH
        || name.chars().anyMatch(Character::isISOControl)) {
      throw RequestException.invalid(
          "username must be a string of 1 to " + MAX_NAME_LENGTH + " characters");
    }
    return name;
  }

  /** The same name is the same user, so that a page that is loaded again goes on as before. */
  private static UserId userId(String username) {
    return UserId.isValid(username)
        ? new UserId(username)
        : new UserId("demo-" + UUID.nameUUIDFromBytes(username.getBytes(StandardCharsets.UTF_8)));
  }
}
