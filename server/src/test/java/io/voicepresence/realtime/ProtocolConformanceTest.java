package io.voicepresence.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.runtime.server.EmbeddedServer;
import java.net.http.HttpRequest;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Engine.IO 4 and Socket.IO 5, by their specifications, through Micronaut's own pipeline. */
@ExtendWith(NoLeaks.class)
class ProtocolConformanceTest {
  private static final Pattern HANDSHAKE =
      Pattern.compile(
          "0\\{\"sid\":\"[\\w-]{27}\",\"upgrades\":\\[(\"websocket\")?],"
              + "\"pingInterval\":300,\"pingTimeout\":500,\"maxPayload\":1000000}");
  private static EmbeddedServer server;
  private static int port;

  @BeforeAll
  static void start() {
    server = ConformanceServer.start(0, 500);
    port = server.getPort();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aPollingSessionOpensWithItsHandshake() {
    var answer = new PollingClient(port).poll();

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).matches(HANDSHAKE).contains("websocket");
    assertThat(answer.headers().firstValue("content-type")).hasValue("text/plain; charset=UTF-8");
    assertThat(answer.headers().firstValue("cache-control")).hasValue("no-store");
  }

  @Test
  void aWebSocketSessionOpensWithItsHandshakeAndOffersNoUpgrade() {
    try (RawClient client = new RawClient(port)) {
      client.upgrade("/socket.io?EIO=4&transport=websocket");

      assertThat(client.read().text()).matches(HANDSHAKE).doesNotContain("websocket");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, '', 0",
    "GET, ?EIO=4, 0",
    "GET, ?EIO=4&transport=abc, 0",
    "GET, ?EIO=4&transport=__proto__, 0",
    "GET, ?EIO=4&transport=constructor, 0",
    "GET, ?transport=polling, 5",
    "GET, ?EIO=3&transport=polling, 5",
    "GET, ?EIO=abc&transport=polling, 5",
    "GET, ?EIO=999&transport=polling, 5",
    "POST, ?EIO=4&transport=polling, 2",
    "PUT, ?EIO=4&transport=polling, 2",
    "DELETE, ?EIO=4&transport=polling, 2",
    "GET, ?EIO=4&transport=polling&sid=mine, 1",
    "POST, ?EIO=4&transport=polling&sid=mine, 1",
    "PUT, ?EIO=4&transport=polling&sid=mine, 3",
    "GET, ?EIO=4&EIO=4&transport=polling, 3",
    "GET, ?EIO=4&transport=polling&transport=websocket, 3",
    "GET, ?EIO=4&transport=websocket, 3",
  })
  void aRequestThatMeansNothingIsRefusedWithItsCode(String method, String query, int code) {
    try (RawClient client = new RawClient(port)) {
      client.write(
          method
              + " /socket.io/"
              + query
              + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");

      assertThat(client.readHead()).startsWith("HTTP/1.1 400").contains("application/json");
    }
    try (RawClient client = new RawClient(port)) {
      client.write(
          method
              + " /socket.io/"
              + query
              + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      client.readHead();
      StringBuilder body = new StringBuilder();
      client.readRest(body);
      assertThat(body).startsWith("{\"code\":" + code + ",\"message\":\"");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/socket.io/?EIO=abc&transport=websocket",
        "/socket.io/?transport=websocket",
        "/socket.io/?EIO=4&transport=abc",
        "/socket.io/?EIO=4&transport=websocket&sid=unknown"
      })
  void aWebSocketThatMeansNothingIsRefused(String target) {
    try (RawClient client = new RawClient(port)) {
      client.write(RawClient.upgradeRequest(target));

      assertThat(client.readHead()).startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void aPollingSessionLivesByPingAndPong() {
    PollingClient client = new PollingClient(port).open();
    for (int i = 0; i < 2; i++) {
      assertThat(client.poll().body()).isEqualTo("2");
      assertThat(client.post("3").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aWebSocketSessionLivesByPingAndPong() {
    try (RawClient client = RawClient.webSocket(port)) {
      for (int i = 0; i < 2; i++) {
        assertThat(client.read().text()).isEqualTo("2");
        client.send("3");
      }
    }
  }

  @Test
  void aClientThatAnswersNoPingIsClosed() {
    try (RawClient client = RawClient.webSocket(port)) {
      assertThat(client.readClose()).isEqualTo(4002);
    }
    PollingClient polling = new PollingClient(port).open();
    assertThat(polling.poll().body()).isEqualTo("2");
    assertThat(polling.poll().body()).isEqualTo("1");
    assertThat(polling.poll().statusCode()).isEqualTo(400);
  }

  @Test
  void aPollingSessionThatTheClientClosesReleasesItsPoll() {
    PollingClient client = new PollingClient(port).open();
    var poll = client.pollAsync();
    assertThat(client.post("1").statusCode()).isEqualTo(200);

    assertThat(poll.join().body()).isEqualTo("6");
    assertThat(client.poll().statusCode()).isEqualTo(400);
  }

  @Test
  void aWebSocketSessionThatTheClientClosesEnds() {
    try (RawClient client = RawClient.webSocket(port)) {
      assertThat(client.send("1").readClose()).isEqualTo(1000);
    }
  }

  @Test
  void aWebSocketTakesOverFromPollingExactlyOnce() {
    PollingClient polling = PollingClient.connected(port);
    assertThat(polling.poll().body()).isEqualTo("42[\"auth\",{}]");
    try (RawClient webSocket = new RawClient(port);
        RawClient second = new RawClient(port)) {
      String target = "/socket.io/?EIO=4&transport=websocket" + polling.session();
      webSocket.upgrade(target).send("2probe");
      assertThat(webSocket.read().text()).isEqualTo("3probe");
      assertThat(polling.poll().body()).matches("[26]");
      webSocket.send("5");
      webSocket.send("42[\"message\",\"after\"]");

      assertThat(webSocket.readText()).isEqualTo("42[\"message-back\",\"after\"]");
      assertThat(polling.poll().statusCode()).isEqualTo(400);
      assertThat(polling.post("3").statusCode()).isEqualTo(400);
      assertThat(second.upgrade(target).readClose()).isEqualTo(4005);
      webSocket.send("42[\"message\",\"still\"]");
      assertThat(webSocket.readText()).isEqualTo("42[\"message-back\",\"still\"]");
    }
  }

  @Test
  void aCandidateThatSpeaksOutOfTurnLeavesThePollingSessionAlone() {
    PollingClient polling = new PollingClient(port).open();
    try (RawClient webSocket = new RawClient(port)) {
      webSocket.upgrade("/socket.io/?EIO=4&transport=websocket" + polling.session());

      assertThat(webSocket.send("5").readClose()).isEqualTo(4000);
      assertThat(polling.poll().body()).isEqualTo("2");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "40              | 40             | 42[\"auth\",{}]",
        "40{\"t\":\"1\"} | 40             | 42[\"auth\",{\"t\":\"1\"}]",
        "40/custom,      | 40/custom,     | 42/custom,[\"auth\",{}]",
        "40/custom       | 40/custom,     | 42/custom,[\"auth\",{}]",
        "40/custom,{\"t\":\"1\"} | 40/custom, | 42/custom,[\"auth\",{\"t\":\"1\"}]"
      })
  void aClientConnectsToANamespace(String connect, String answer, String auth) {
    try (RawClient client = RawClient.webSocket(port).send(connect)) {
      assertThat(client.readText()).startsWith(answer).matches(".*\\{\"sid\":\"[\\w-]{27}\"}");
      assertThat(client.readText()).isEqualTo(auth);
    }
  }

  @Test
  void anUnknownNamespaceIsRefusedAndTheSessionGoesOn() {
    try (RawClient client = RawClient.webSocket(port).send("40/random")) {
      assertThat(client.readText()).isEqualTo("44/random,{\"message\":\"Invalid namespace\"}");
      assertThat(client.send("40").readText()).startsWith("40{");
    }
  }

  @Test
  void aSessionWithoutANamespaceIsClosed() {
    try (RawClient client = RawClient.webSocket(port)) {
      RawClient.Frame frame = client.read();
      while (frame.text().equals("2")) {
        client.send("3");
        frame = client.read();
      }
      assertThat(frame.isClose()).isTrue();
      assertThat(frame.closeCode()).isEqualTo(4001);
    }
  }

  @Test
  void leavingOneNamespaceLeavesTheOthersAndTheSession() {
    try (RawClient client = RawClient.connected(port)) {
      client.readText();
      client.send("40/custom");
      assertThat(client.readText()).startsWith("40/custom");
      assertThat(client.readText()).startsWith("42/custom");
      client.send("41/custom").send("42/custom,[\"message\",1]").send("42[\"message\",2]");

      assertThat(client.readText()).isEqualTo("42[\"message-back\",2]");
      client.send("41");
      assertThat(client.read().text()).isEqualTo("2");
    }
  }

  @Test
  void aTextEventComesBackAndAnAckAnswers() {
    try (RawClient client = RawClient.connected(port)) {
      client.readText();
      client.send("42[\"message\",1,\"2\",{\"3\":[true]}]");
      assertThat(client.readText()).isEqualTo("42[\"message-back\",1,\"2\",{\"3\":[true]}]");
      client.send("42456[\"message-with-ack\",1,\"2\",{\"3\":[false]}]");
      assertThat(client.readText()).isEqualTo("43456[1,\"2\",{\"3\":[false]}]");
    }
  }

  @ParameterizedTest
  @CsvSource({"message, '', 452-[\"message-back\"¸", "message-with-ack, 789, 462-789["})
  void binaryComesBackInPlaceAndOrder(String event, String ackId, String head) {
    String placeholders = "{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]";
    try (RawClient client = RawClient.connected(port)) {
      client.readText();
      client.send("452-" + ackId + "[\"" + event + "\"," + placeholders);
      client.send(new byte[] {1, 2, 3}).send(new byte[] {4, 5, 6});

      assertThat(client.readText()).isEqualTo(head.replace('¸', ',') + placeholders);
      assertThat(client.read().payload()).containsExactly(1, 2, 3);
      assertThat(client.read().payload()).containsExactly(4, 5, 6);
    }
  }

  @Test
  void binaryTravelsByPollingInBase64() {
    PollingClient client = PollingClient.connected(port);
    assertThat(pollPastPings(client)).contains("auth");
    String packet = "451-[\"message\",{\"_placeholder\":true,\"num\":0}]\u001ebAQID";
    assertThat(client.post(packet).statusCode()).isEqualTo(200);

    assertThat(pollPastPings(client)).isEqualTo(packet.replace("message", "message-back"));
  }

  @Test
  void apiCallsAndPollingShareAConnection() {
    try (RawClient client = new RawClient(port)) {
      for (int i = 0; i < 2; i++) {
        client.write("GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(client.readAnswer()).startsWith("HTTP/1.1 404");
        client.write("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(client.readAnswer()).startsWith("HTTP/1.1 200").contains("0{\"sid\"");
      }
    }
  }

  @Test
  void aPreflightIsAnsweredForAnAllowedOrigin() {
    var answer =
        PollingClient.send(
            new PollingClient(port)
                .request()
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", "https://app.example"));

    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.headers().firstValue("access-control-allow-origin"))
        .hasValue("https://app.example");
    assertThat(answer.headers().firstValue("access-control-allow-methods"))
        .hasValue("GET,POST,OPTIONS");
  }

  /** The heartbeat of these tests is quick, and a busy machine slow. */
  private static String pollPastPings(PollingClient client) {
    String body = client.poll().body();
    while (body.equals("2")) {
      assertThat(client.post("3").statusCode()).isEqualTo(200);
      body = client.poll().body();
    }
    return body;
  }
}
