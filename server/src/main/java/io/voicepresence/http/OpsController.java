package io.voicepresence.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.voicepresence.json.JsonObject;
import io.voicepresence.ops.Housekeeping;
import io.voicepresence.ops.Readiness;
import io.voicepresence.ops.StoreHealth;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What operators and load balancers ask. No token needed: nothing here names a user or a channel.
 */
@Controller
@Produces(MediaType.ALL)
final class OpsController {
  private static final MediaType PROMETHEUS_TEXT =
      MediaType.of("text/plain; version=0.0.4; charset=utf-8");

  private static final String READY = "ready";

  private final Readiness readiness;
  private final StoreHealth store;
  private final Housekeeping housekeeping;
  private final PrometheusMeterRegistry metrics;

  OpsController(
      Readiness readiness,
      Housekeeping housekeeping,
      StoreHealth store,
      PrometheusMeterRegistry metrics) {
    this.readiness = readiness;
    this.store = store;
    this.housekeeping = housekeeping;
    this.metrics = metrics;
  }

  /** Up as long as the process answers at all. */
  @Get("/health/live")
  HttpResponse<byte[]> live() {
    return Json.ok(new JsonObject(32).put("status", "UP").toBytes());
  }

  /** Red while starting, stopping, or unable to serve. */
  @Get(uris = {"/health", "/health/ready"})
  HttpResponse<byte[]> ready() {
    String state = state();
    boolean up = state.equals(READY);
    byte[] body =
        new JsonObject(64).put("status", up ? "UP" : "DOWN").put("state", state).toBytes();
    return HttpResponse.<byte[]>status(up ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
        .contentType(MediaType.APPLICATION_JSON_TYPE)
        .body(body);
  }

  private String state() {
    if (readiness.state() != Readiness.State.READY) {
      return readiness.state().name().toLowerCase(Locale.ROOT);
    }
    if (housekeeping.stalled()) {
      return "stalled";
    }
    if (!store.store().getAsBoolean()) {
      return "store_unreachable";
    }
    return store.feed().getAsBoolean() ? READY : "feed_starved";
  }

  @Get("/metrics")
  @ExecuteOn(TaskExecutors.VIRTUAL)
  HttpResponse<byte[]> metrics() {
    MutableHttpResponse<byte[]> response =
        HttpResponse.ok(metrics.scrape().getBytes(StandardCharsets.UTF_8));
    return response.contentType(PROMETHEUS_TEXT);
  }
}
