import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * What clients do, some thousand times over, so that the JVM's ahead-of-time cache learns which
 * code is hot: {@code java Rehearsal.java http://127.0.0.1:8080 2000}, against a server in demo
 * mode.
 */
final class Rehearsal {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final int AT_ONCE = 32;

  private final URI server;

  private Rehearsal(URI server) {
    this.server = server;
  }

  public static void main(String[] args) throws InterruptedException {
    Rehearsal rehearsal = new Rehearsal(URI.create(args[0]));
    Semaphore places = new Semaphore(AT_ONCE);
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < Integer.parseInt(args[1]); i++) {
        places.acquire();
        String user = "rehearsal-" + i;
        clients.execute(
            () -> {
              try {
                rehearsal.play(user);
              } catch (Exception failed) {
                System.err.println("aot-cache: warning: " + user + ": " + failed);
              } finally {
                places.release();
              }
            });
      }
    }
    HTTP.close();
  }

  private void play(String user) throws Exception {
    String answer = post("/demo/token", "", "{\"username\":\"" + user + "\"}");
    String token = answer.replaceAll(".*\"token\":\"([^\"]+)\".*", "$1");
    Client client = new Client(token);
    WebSocket socket =
        HTTP.newWebSocketBuilder()
            .buildAsync(
                URI.create(
                    server.toString().replaceFirst("http", "ws")
                        + "/socket.io/?EIO=4&transport=websocket"),
                client)
            .get(10, TimeUnit.SECONDS);
    client.done.get(10, TimeUnit.SECONDS);
    post("/voice-presence/lounge/refresh", token, "");
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(10, TimeUnit.SECONDS);
  }

  private String post(String path, String token, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.resolve(path))
            .timeout(Duration.ofSeconds(10))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (!token.isEmpty()) {
      request.header("authorization", "Bearer " + token);
    }
    return HTTP.send(request.build(), BodyHandlers.ofString()).body();
  }

  /** Connects, subscribes, joins, and leaves again. */
  private static final class Client implements WebSocket.Listener {
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final StringBuilder message = new StringBuilder();
    private final String token;

    /** An answer may come before the client knows that its question was sent. */
    private CompletableFuture<WebSocket> sent = CompletableFuture.completedFuture(null);

    Client(String token) {
      this.token = token;
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      socket.request(1);
      message.append(data);
      if (!last) {
        return null;
      }
      String packet = message.toString();
      message.setLength(0);
      if (packet.startsWith("0")) {
        return send(socket, "40{\"token\":\"" + token + "\"}");
      }
      if (packet.startsWith("40")) {
        return emit(socket, 0, "VOICE_CHANNEL_SUBSCRIBE", "{\"channelIds\":[\"lounge\"]}");
      }
      if (packet.startsWith("430")) {
        return emit(socket, 1, "VOICE_CHANNEL_JOIN", "{\"channelId\":\"lounge\"}");
      }
      if (packet.startsWith("431")) {
        return emit(socket, 2, "VOICE_CHANNEL_LEAVE", "{\"channelId\":\"lounge\"}");
      }
      if (packet.startsWith("432")) {
        done.complete(null);
      }
      return null;
    }

    private CompletionStage<?> emit(WebSocket socket, int ack, String event, String data) {
      return send(socket, "42" + ack + "[\"" + event + "\"," + data + "]");
    }

    private CompletionStage<?> send(WebSocket socket, String packet) {
      sent = sent.thenCompose(_ -> socket.sendText(packet, true));
      return sent;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      done.completeExceptionally(error);
    }
  }
}
