package io.voicepresence.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.voicepresence.origin.OriginPolicy;
import io.voicepresence.realtime.engineio.EngineIoSettings;
import io.voicepresence.realtime.socketio.SocketIoSettings;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever one client sends, it alone bears the consequence: bystanders notice nothing. */
@ExtendWith(NoLeaks.class)
class BadInputTest {
  private static final int MAX_PAYLOAD = EngineIoSettings.DEFAULT.maxPayload();
  private static final byte[] NOTHING = {};
  private static RealtimeTestServer server;
  private static int port;
  private static final List<RawClient> bystanders = new ArrayList<>();

  @BeforeAll
  static void start() {
    server =
        new RealtimeTestServer(
            EngineIoSettings.DEFAULT.withTimeouts(
                Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1)),
            SocketIoSettings.DEFAULT,
            OriginPolicy.of("https://app.example"),
            Map.of("/", new RecordingNamespace()));
    port = server.port();
    for (int i = 0; i < 20; i++) {
      bystanders.add(RawClient.connected(port));
    }
  }

  @AfterAll
  static void stop() {
    bystanders.forEach(RawClient::close);
    server.close();
  }

  @AfterEach
  void bystandersAreServedAsBefore() {
    for (RawClient bystander : bystanders) {
      assertThat(bystander.send("427[\"still\",\"there\"]").readText()).isEqualTo("437[\"there\"]");
    }
  }

  static Stream<Arguments> framesThatBreakTheRules() {
    byte[] small = "42[\"a\"]".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    return Stream.of(
        arguments("not masked", new byte[] {(byte) 0x81, 1, '3'}, 1002),
        arguments("RSV1, as if compressed", RawClient.frame(0xC1, small), 1002),
        arguments("RSV2", RawClient.frame(0xA1, small), 1002),
        arguments("RSV3", RawClient.frame(0x91, small), 1002),
        arguments("reserved data opcode", RawClient.frame(0x83, small), 1002),
        arguments("reserved control opcode", RawClient.frame(0x8B, NOTHING), 1002),
        arguments("a ping of 126 bytes", RawClient.frame(0x89, new byte[126]), 1002),
        arguments("a ping in fragments", RawClient.frame(0x09, NOTHING), 1002),
        arguments("a continuation of nothing", RawClient.frame(0x80, small), 1002),
        arguments(
            "a message amid a message",
            join(RawClient.frame(0x01, small), RawClient.frame(0x81, small)),
            1002),
        arguments(
            "a close code that nobody may send", RawClient.frame(0x88, bytes(0x03, 0xED)), 1002),
        arguments("half a close code", RawClient.frame(0x88, bytes(0x03)), 1002),
        arguments(
            "a close reason that is no text", RawClient.frame(0x88, bytes(3, 0xE8, 0xFF)), 1007),
        arguments(
            "a length with its first bit set",
            bytes(0x81, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4),
            1002),
        arguments(
            "an announced 2^40 bytes", bytes(0x82, 0xFF, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4), 1009),
        arguments("one byte too many", RawClient.frame(0x81, new byte[MAX_PAYLOAD + 1]), 1009),
        arguments(
            "one byte too many in fragments",
            join(RawClient.frame(0x01, new byte[MAX_PAYLOAD]), RawClient.frame(0x80, bytes('x'))),
            1009),
        arguments("text that is not UTF-8", RawClient.frame(0x81, bytes('4', 0xC3, 0x28)), 1007),
        arguments("an overlong slash", RawClient.frame(0x81, bytes('4', 0xC0, 0xAF)), 1007),
        arguments(
            "a surrogate in UTF-8", RawClient.frame(0x81, bytes('4', 0xED, 0xA0, 0x80)), 1007),
        arguments("an empty packet", RawClient.frame(0x81, NOTHING), 4000),
        arguments("a ping, since revision 4", RawClient.frame(0x81, bytes('2')), 4000),
        arguments("an upgrade of nothing", RawClient.frame(0x81, bytes('5')), 4000),
        arguments("a handshake from a client", RawClient.frame(0x81, bytes('0')), 4000),
        arguments("binary that nobody announced", RawClient.frame(0x82, bytes(1)), 4000));
  }

  @ParameterizedTest(name = "{0} is closed with {2}")
  @MethodSource("framesThatBreakTheRules")
  void aFrameThatBreaksTheRules(String what, byte[] bytes, int code) {
    try (RawClient client = RawClient.connected(port)) {
      assertThat(client.write(bytes).readClose()).as(what).isEqualTo(code);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4abc",
        "42{}",
        "42abc[\"a\"]",
        "42[]",
        "42[null]",
        "42[{\"toString\":\"foo\"}]",
        "42[\"connect\"]",
        "42[\"disconnecting\"]",
        "421e30[\"a\"]",
        "4999",
        "40[]",
        "44{}",
        "455999999999-[\"a\"]",
        "451-[\"a\",{\"_placeholder\":true,\"num\":\"splice\"}]",
        "42/never,[\"a\"]",
        "41/never",
        "40",
        "42[\"a\",1e999999999]"
      })
  void aPacketThatMeansNothingClosesItsSender(String packet) {
    try (RawClient client = RawClient.connected(port)) {
      assertThat(client.send(packet).readClose()).isEqualTo(4000);
    }
  }

  @Test
  void textAmidBinaryClosesItsSender() {
    try (RawClient client = RawClient.connected(port)) {
      client.send("451-[\"a\",{\"_placeholder\":true,\"num\":0}]").send("42[\"b\"]");
      assertThat(client.readClose()).isEqualTo(4000);
    }
  }

  @Test
  void fragmentsWithoutEndAreCounted() {
    try (RawClient client = RawClient.connected(port)) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(RawClient.frame(0x01, bytes('4')));
      for (int i = 0; i < EngineIoSettings.DEFAULT.maxFragments(); i++) {
        all.writeBytes(RawClient.frame(0x00, bytes('x')));
      }
      assertThat(client.write(all.toByteArray()).readClose()).isEqualTo(1009);
    }
  }

  @Test
  void aMessageInFragmentsWithAPingBetweenIsWhole() {
    try (RawClient client = RawClient.connected(port)) {
      client
          .write(RawClient.frame(0x01, bytes('4', '2', '1', '[')))
          .write(RawClient.frame(0x89, bytes('h', 'i')))
          .write(
              RawClient.frame(0x00, "\"a\",\"é".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
          .write(RawClient.frame(0x80, bytes('"', ']')));

      RawClient.Frame pong = client.read();
      assertThat(pong.first()).isEqualTo(0x8A);
      assertThat(pong.text()).isEqualTo("hi");
      assertThat(client.readText()).isEqualTo("431[\"é\"]");
    }
  }

  @Test
  void theLargestMessageIsTaken() {
    try (RawClient client = RawClient.connected(port)) {
      String fill = "x".repeat(MAX_PAYLOAD - "421[\"a\",\"\"]".length());
      assertThat(client.send("421[\"a\",\"" + fill + "\"]").readText())
          .isEqualTo("431[\"" + fill + "\"]");
    }
  }

  @Test
  void aLargeBodyIsRefusedBeforeItComes() {
    PollingClient polling = new PollingClient(port).open();
    try (RawClient client = new RawClient(port)) {
      client.write(post(polling, "Content-Length: 1099511627776", "text/plain"));
      assertThat(client.readHead()).startsWith("HTTP/1.1 413").contains("connection: close");
      client.awaitEnd();
    }
    try (RawClient client = new RawClient(port)) {
      client.write(post(polling, "Transfer-Encoding: chunked", "text/plain"));
      String chunk = "8000\r\n" + "x".repeat(0x8000) + "\r\n";
      client.write(chunk).write(chunk).write("1\r\nx\r\n");
      assertThat(client.readHead()).startsWith("HTTP/1.1 413");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/octet-stream",
        "application/json",
        "text/html",
        "text/plainly",
        "multipart/form-data"
      })
  void aBodyOfAnotherTypeIsRefused(String type) {
    PollingClient polling = new PollingClient(port).open();
    try (RawClient client = new RawClient(port)) {
      client.write(post(polling, "Content-Length: 1", type)).write("3");
      assertThat(client.readHead()).startsWith("HTTP/1.1 400");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "9", "4a\u001e", "b???"})
  void aBodyThatIsNoPayloadEndsItsSession(String body) {
    PollingClient polling = new PollingClient(port).open();
    assertThat(polling.post(body).statusCode()).isEqualTo(400);
    assertThat(polling.poll().body()).contains("\"code\":1");
  }

  @Test
  void twoPollsAtOnceEndTheirSession() {
    PollingClient polling = new PollingClient(port).open();
    var one = polling.pollAsync();
    var two = polling.pollAsync();

    assertThat(List.of(one.join().statusCode(), two.join().statusCode()))
        .containsExactlyInAnyOrder(200, 400);
    assertThat(polling.poll().statusCode()).isEqualTo(400);
  }

  @Test
  void requestsThatOvertakeTheirAnswersCloseTheConnection() {
    PollingClient polling = new PollingClient(port).open();
    String poll =
        "GET /socket.io/?EIO=4&transport=polling" + polling.session() + " HTTP/1.1\r\n\r\n";
    try (RawClient client = new RawClient(port)) {
      client.write(poll + "GET /other HTTP/1.1\r\n\r\n").awaitEnd();
    }
  }

  static Stream<Arguments> headsThatNobodyShouldSend() {
    String poll = "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: localhost\r\n";
    return Stream.of(
        arguments("10,000 header lines", poll + "x: y\r\n".repeat(10_000) + "\r\n", 400),
        arguments("1 MB of one header", poll + "x: " + "y".repeat(1 << 20) + "\r\n\r\n", 400),
        arguments(
            "a 1 MB request line", "GET /socket.io/?" + "x".repeat(1 << 20) + "\r\n\r\n", 400),
        arguments("a folded header", poll + "x: y\r\n z\r\n\r\n", 200),
        arguments("a folded length", poll + "Content-Length: 1\r\n 0\r\n\r\n", 400),
        arguments("control bytes before the request", "\u0000\u0001\u0002" + poll + "\r\n", 400),
        arguments("line ends before the request", "\r\n\r\n" + poll + "\r\n", 200),
        arguments(
            "32,000 spaces of a subprotocol",
            RawClient.upgradeRequest(
                "/socket.io/?EIO=4&transport=websocket",
                "Sec-WebSocket-Protocol:" + " ".repeat(32_000) + "x"),
            400));
  }

  @ParameterizedTest(name = "{0} is answered with {2}")
  @MethodSource("headsThatNobodyShouldSend")
  void aHeadThatNobodyShouldSend(String what, String head, int status) {
    try (RawClient client = new RawClient(port)) {
      client.takes(head); // or closes amid it
      assertThat(client.readHead()).as(what).startsWith("HTTP/1.1 " + status);
      if (status >= 400) {
        client.awaitEnd();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 1\r\nTransfer-Encoding: chunked",
        "Content-Length: 1\r\nContent-Length: 2",
        "Content-Length: -1",
        "Transfer-Encoding: nonsense"
      })
  void aBodyOfTwoLengthsIsNoRequest(String lengths) {
    PollingClient polling = new PollingClient(port).open();
    try (RawClient client = new RawClient(port)) {
      client.takes(
          post(polling, lengths, "text/plain") + "1\r\n3\r\n0\r\n\r\nGET /other HTTP/1.1\r\n\r\n");
      assertThat(client.readHead()).startsWith("HTTP/1.1 400").contains("connection: close");
      client.awaitEnd();
    }
  }

  @Test
  void aRequestThatDribblesIsClosedAtTheTimeLimit() {
    PollingClient polling = new PollingClient(port).open();
    try (RawClient silent = new RawClient(port);
        RawClient head = new RawClient(port);
        RawClient body = new RawClient(port)) {
      head.write("GET /socket.io/?EIO=4");
      body.write(post(polling, "Content-Length: 10", "text/plain")).write("4");
      silent.awaitEnd();
      head.awaitEnd();
      body.awaitEnd();
    }
  }

  @Test
  void bytesThatDribbleDoNotMoveTheTimeLimit() {
    PollingClient polling = new PollingClient(port).open();
    try (RawClient client = new RawClient(port)) {
      client.write(post(polling, "Content-Length: 60000", "text/plain"));
      Eventually.that(() -> !client.takes("4"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sec-WebSocket-Version: 8",
        "Sec-WebSocket-Key: short",
        "Sec-WebSocket-Version: 13,8"
      })
  void aWebSocketThatIsNoneIsRefused(String header) {
    String name = header.substring(0, header.indexOf(':'));
    String request =
        RawClient.upgradeRequest("/socket.io/?EIO=4&transport=websocket")
            .replaceAll(name + ": [^\r]*", header);
    try (RawClient client = new RawClient(port)) {
      assertThat(client.write(request).readHead()).startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void subprotocolsAndExtensionsAreNotTakenUp() {
    try (RawClient client = new RawClient(port)) {
      client.write(
          RawClient.upgradeRequest(
              "/socket.io/?EIO=4&transport=websocket",
              "Sec-WebSocket-Protocol:" + " ".repeat(4_000) + "x",
              "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=1"));
      assertThat(client.readHead())
          .startsWith("HTTP/1.1 101")
          .doesNotContainIgnoringCase("sec-websocket-protocol")
          .doesNotContainIgnoringCase("sec-websocket-extensions");
    }
  }

  @Test
  void aPageOfAnotherOriginIsRefused() {
    try (RawClient client = new RawClient(port)) {
      client.write(
          RawClient.upgradeRequest(
              "/socket.io/?EIO=4&transport=websocket", "Origin: https://evil.example"));
      assertThat(client.readAnswer()).startsWith("HTTP/1.1 403").contains("\"code\":4");
    }
    HttpRequest.Builder evil =
        new PollingClient(port).request().GET().header("Origin", "https://evil.example");
    assertThat(PollingClient.send(evil).statusCode()).isEqualTo(403);
    HttpRequest.Builder listed =
        new PollingClient(port).request().GET().header("Origin", "https://app.example");
    assertThat(PollingClient.send(listed).headers().firstValue("access-control-allow-origin"))
        .hasValue("https://app.example");
    HttpRequest.Builder same =
        new PollingClient(port).request().GET().header("Origin", "http://localhost:" + port);
    assertThat(PollingClient.send(same).statusCode()).isEqualTo(200);
  }

  @Test
  void connectionsThatResetWhileTheyUpgradeLeaveNothingBehind() {
    int before = server.server().engine().sessionCount();
    for (int i = 0; i < 300; i++) {
      RawClient client = new RawClient(port);
      client.write(RawClient.upgradeRequest("/socket.io/?EIO=4&transport=websocket"));
      client.reset();
      RawClient refused = new RawClient(port);
      refused.write(RawClient.upgradeRequest("/socket.io/?EIO=4&transport=nonsense"));
      refused.reset();
    }
    Eventually.that(() -> server.server().engine().sessionCount() <= before);
  }

  private static String post(PollingClient polling, String length, String type) {
    return "POST /socket.io/?EIO=4&transport=polling"
        + polling.session()
        + " HTTP/1.1\r\nHost: localhost\r\n"
        + length
        + "\r\nContent-Type: "
        + type
        + "\r\n\r\n";
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static byte[] join(byte[] first, byte[] second) {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(first);
    both.writeBytes(second);
    return both.toByteArray();
  }
}
