package io.voicepresence.realtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Speaks HTTP long-polling, one request at a time or several. */
public final class PollingClient {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String base;
  private String session = "";

  public PollingClient(int port) {
    base = "http://localhost:" + port + "/socket.io/?EIO=4&transport=polling";
  }

  /** A session in the main namespace. */
  public static PollingClient connected(int port) {
    PollingClient client = new PollingClient(port).open();
    client.post("40");
    if (!client.poll().body().startsWith("40{")) {
      throw new AssertionError("not connected");
    }
    return client;
  }

  public PollingClient open() {
    String body = poll().body();
    int from = body.indexOf("\"sid\":\"") + 7;
    session = "&sid=" + body.substring(from, body.indexOf('"', from));
    return this;
  }

  /** {@code &sid=...}, empty before {@link #open}. */
  public String session() {
    return session;
  }

  public HttpResponse<String> poll() {
    return send(request().GET());
  }

  public CompletableFuture<HttpResponse<String>> pollAsync() {
    return HTTP.sendAsync(request().GET().build(), HttpResponse.BodyHandlers.ofString());
  }

  public HttpResponse<String> post(String body) {
    return send(request().POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  public CompletableFuture<HttpResponse<String>> postAsync(String body) {
    return HTTP.sendAsync(
        request().POST(HttpRequest.BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  public HttpRequest.Builder request() {
    return HttpRequest.newBuilder(URI.create(base + session)).timeout(Duration.ofSeconds(10));
  }

  public static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
