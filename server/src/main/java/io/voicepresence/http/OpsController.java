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

  private final Readiness readiness;
  private final Housekeeping housekeeping;
  private final PrometheusMeterRegistry metrics;

  OpsController(Readiness readiness, Housekeeping housekeeping, PrometheusMeterRegistry metrics) {
    this.readiness = readiness;
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
    boolean stalled = housekeeping.stalled();
    boolean up = readiness.state() == Readiness.State.READY && !stalled;
    String state = stalled ? "stalled" : readiness.state().name().toLowerCase(Locale.ROOT);
    byte[] body =
        new JsonObject(64).put("status", up ? "UP" : "DOWN").put("state", state).toBytes();
    return HttpResponse.<byte[]>status(up ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
        .contentType(MediaType.APPLICATION_JSON_TYPE)
        .body(body);
  }

  @Get("/metrics")
  @ExecuteOn(TaskExecutors.VIRTUAL)
  HttpResponse<byte[]> metrics() {
    MutableHttpResponse<byte[]> response =
        HttpResponse.ok(metrics.scrape().getBytes(StandardCharsets.UTF_8));
    return response.contentType(PROMETHEUS_TEXT);
  }
}
