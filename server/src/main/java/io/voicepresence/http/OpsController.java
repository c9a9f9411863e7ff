package io.voicepresence.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.voicepresence.json.JsonObject;
import io.voicepresence.ops.Readiness;
import java.util.Locale;

/**
 * What operators and load balancers ask. No token needed: nothing here names a user or a channel.
 */
@Controller
@Produces(MediaType.APPLICATION_JSON)
final class OpsController {
  private final Readiness readiness;
  private final PrometheusMeterRegistry metrics;

  OpsController(Readiness readiness, PrometheusMeterRegistry metrics) {
    this.readiness = readiness;
    this.metrics = metrics;
  }

  /** Up as long as the process answers at all. */
  @Get("/health/live")
  HttpResponse<byte[]> live() {
    return HttpResponse.ok(new JsonObject(32).put("status", "UP").toBytes());
  }

  /** Red while starting, stopping, or unable to serve. */
  @Get(uris = {"/health", "/health/ready"})
  HttpResponse<byte[]> ready() {
    Readiness.State state = readiness.state();
    boolean up = state == Readiness.State.READY;
    byte[] body =
        new JsonObject(64)
            .put("status", up ? "UP" : "DOWN")
            .put("state", state.name().toLowerCase(Locale.ROOT))
            .toBytes();
    return HttpResponse.<byte[]>status(up ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
        .body(body);
  }

  @Get("/metrics")
  @Produces("text/plain; version=0.0.4; charset=utf-8")
  @ExecuteOn(TaskExecutors.VIRTUAL)
  String metrics() {
    return metrics.scrape();
  }
}
