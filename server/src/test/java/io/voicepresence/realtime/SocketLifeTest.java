package io.voicepresence.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.voicepresence.origin.OriginPolicy;
import io.voicepresence.realtime.engineio.CloseReason;
import io.voicepresence.realtime.engineio.EngineIoSettings;
import io.voicepresence.realtime.engineio.OutboundFrame;
import io.voicepresence.realtime.socketio.Ack;
import io.voicepresence.realtime.socketio.ConnectDecision;
import io.voicepresence.realtime.socketio.Handshake;
import io.voicepresence.realtime.socketio.NamespaceHandler;
import io.voicepresence.realtime.socketio.SocketIoFrames;
import io.voicepresence.realtime.socketio.SocketIoSettings;
import io.voicepresence.realtime.socketio.SocketIoSocket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How sockets live and end, and what slow clients and slow handlers cost. */
@ExtendWith(NoLeaks.class)
class SocketLifeTest {

  @Test
  void whatTheServerEndsSaysGoodbye() {
    RecordingNamespace namespace = new RecordingNamespace();
    try (RealtimeTestServer server = new RealtimeTestServer(namespace);
        RawClient client = RawClient.connected(server.port())) {
      namespace.nextSocket().disconnect();

      assertThat(client.readText()).isEqualTo("41");
      assertThat(client.readClose()).isEqualTo(1000);
      assertThat(namespace.nextReason()).isEqualTo(CloseReason.SERVER_DISCONNECT);
    }
  }

  @Test
  void aPollingClientCanStillFetchTheGoodbye() {
    RecordingNamespace namespace = new RecordingNamespace();
    try (RealtimeTestServer server = new RealtimeTestServer(namespace)) {
      PollingClient client = PollingClient.connected(server.port());
      namespace.nextSocket().disconnect();
      assertThat(namespace.nextReason()).isEqualTo(CloseReason.SERVER_DISCONNECT);

      assertThat(client.poll().body()).isEqualTo("41");
      assertThat(client.poll().body()).isEqualTo("1");
      assertThat(client.poll().statusCode()).isEqualTo(400);
    }
  }

  @Test
  void aGoodbyeAmidAnUpgradeGoesOutOnTheNewTransport() {
    RecordingNamespace namespace = new RecordingNamespace();
    try (RealtimeTestServer server = new RealtimeTestServer(namespace);
        RawClient webSocket = new RawClient(server.port())) {
      PollingClient polling = PollingClient.connected(server.port());
      webSocket.upgrade("/socket.io/?EIO=4&transport=websocket" + polling.session());
      assertThat(webSocket.send("2probe").read().text()).isEqualTo("3probe");
      namespace.nextSocket().disconnect();
      assertThat(namespace.nextReason()).isEqualTo(CloseReason.SERVER_DISCONNECT);

      assertThat(webSocket.send("5").read().text()).isEqualTo("41");
      assertThat(webSocket.readClose()).isEqualTo(1000);
      Eventually.that(() -> server.closed().equals(List.of(CloseReason.SERVER_DISCONNECT)));
    }
  }

  @Test
  void anExpiryCanBeMovedBothWays() {
    RecordingNamespace namespace = new RecordingNamespace();
    try (RealtimeTestServer server = new RealtimeTestServer(namespace);
        RawClient client = RawClient.connected(server.port());
        RawClient other = RawClient.connected(server.port())) {
      SocketIoSocket first = namespace.nextSocket();
      SocketIoSocket second = namespace.nextSocket();
      first.expireAt(Instant.now().plusSeconds(3600));
      second.expireAt(Instant.now().plusMillis(200));
      second.expireAt(Instant.MAX);
      first.expireAt(Instant.now().plusMillis(100));

      assertThat(namespace.nextReason()).isEqualTo(CloseReason.EXPIRED);
      assertThat(first.isConnected()).isFalse();
      second.expireAt(Instant.EPOCH);
      assertThat(namespace.nextReason()).isEqualTo(CloseReason.EXPIRED);
      assertThat(client.readText()).isEqualTo("41");
      assertThat(other.readText()).isEqualTo("41");
    }
  }

  @Test
  void aShutdownSaysNothingInSocketIoAndLetsNobodyIn() {
    RecordingNamespace namespace = new RecordingNamespace();
    try (RealtimeTestServer server = new RealtimeTestServer(namespace);
        RawClient client = RawClient.connected(server.port())) {
      var _ = server.server().closeAll(CloseReason.SHUTDOWN);

      assertThat(client.read().closeCode()).isEqualTo(1001);
      assertThat(namespace.nextReason()).isEqualTo(CloseReason.SHUTDOWN);
      assertThat(new PollingClient(server.port()).poll().statusCode()).isEqualTo(503);
    }
  }

  @Test
  void aBrokenConnectionEndsItsSocketOnce() {
    RecordingNamespace namespace = new RecordingNamespace();
    try (RealtimeTestServer server = new RealtimeTestServer(namespace)) {
      RawClient.connected(server.port()).reset();
      assertThat(namespace.nextReason()).isEqualTo(CloseReason.TRANSPORT_LOST);
      RawClient.connected(server.port()).close();
      assertThat(namespace.nextReason()).isEqualTo(CloseReason.TRANSPORT_LOST);
      Eventually.that(() -> server.server().engine().sessionCount() == 0);
    }
  }

  @Test
  void aRefusalCarriesItsData() {
    RecordingNamespace namespace =
        new RecordingNamespace() {
          @Override
          public ConnectDecision onConnect(Handshake handshake) {
            return new ConnectDecision.Refuse(
                "unauthenticated",
                JsonNodeFactory.instance
                    .objectNode()
                    .put("code", handshake.request().authorization().orElse("none")));
          }
        };
    try (RealtimeTestServer server = new RealtimeTestServer(namespace);
        RawClient client = new RawClient(server.port())) {
      client.upgrade("/socket.io/?EIO=4&transport=websocket", "Authorization: Bearer x");
      client.read();

      assertThat(client.send("40").readText())
          .isEqualTo("44{\"message\":\"unauthenticated\",\"data\":{\"code\":\"Bearer x\"}}");
    }
  }

  @Test
  void aTokenInTheHeaderIsForgottenOnceNoNamespaceIsLeftToDecide() {
    Map<String, NamespaceHandler> two =
        Map.of("/", new RecordingNamespace(), "/second", new RecordingNamespace());
    assertThat(authorizationAfterConnect(Map.of("/", new RecordingNamespace()))).isEmpty();
    assertThat(authorizationAfterConnect(two)).hasValue("Bearer x");
  }

  private static Optional<String> authorizationAfterConnect(
      Map<String, NamespaceHandler> namespaces) {
    try (RealtimeTestServer server =
            new RealtimeTestServer(
                EngineIoSettings.DEFAULT, SocketIoSettings.DEFAULT, OriginPolicy.of(), namespaces);
        RawClient client = new RawClient(server.port())) {
      client.upgrade("/socket.io/?EIO=4&transport=websocket", "Authorization: Bearer x").read();
      assertThat(client.send("40").readText()).startsWith("40");
      SocketIoSocket socket = ((RecordingNamespace) namespaces.get("/")).nextSocket();
      assertThat(((Handshake) socket.attachment()).request().authorization()).hasValue("Bearer x");
      return socket.session().request().authorization();
    }
  }

  @Test
  void aHandlerThatThrowsHarmsNothing() {
    RecordingNamespace namespace =
        new RecordingNamespace() {
          @Override
          public void onEvent(SocketIoSocket socket, String name, List<JsonNode> args, Ack ack) {
            if (name.equals("throw")) {
              throw new AssertionError("thrown on purpose");
            }
            super.onEvent(socket, name, args, ack);
          }
        };
    try (RealtimeTestServer server = new RealtimeTestServer(namespace);
        RawClient client = RawClient.connected(server.port())) {
      client.send("421[\"throw\"]").send("422[\"go on\"]");

      assertThat(client.readText()).isEqualTo("432[]");
    }
  }

  @Test
  void eventsOfOneSocketRunInOrderOneAtATimeAndTheLastCallIsTheDisconnect() {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger together = new AtomicInteger();
    RecordingNamespace namespace =
        new RecordingNamespace() {
          @Override
          public void onEvent(SocketIoSocket socket, String name, List<JsonNode> args, Ack ack) {
            together.accumulateAndGet(running.incrementAndGet(), Math::max);
            super.onEvent(socket, name, args, ack);
            running.decrementAndGet();
          }
        };
    List<String> sent = new ArrayList<>();
    try (RealtimeTestServer server = new RealtimeTestServer(namespace);
        RawClient client = RawClient.connected(server.port())) {
      for (int i = 0; i < 5_000; i++) {
        sent.add("e" + i);
        client.send("42[\"e" + i + "\"]");
      }
      client.send("41");

      assertThat(namespace.nextReason()).isEqualTo(CloseReason.CLIENT_CLOSED);
      assertThat(namespace.events()).containsExactlyElementsOf(sent);
      assertThat(together).hasValue(1);
    }
  }

  @Test
  void aSlowHandlerStopsReadingFromItsClientAndLosesNothing() throws InterruptedException {
    Semaphore permits = new Semaphore(0);
    RecordingNamespace namespace =
        new RecordingNamespace() {
          @Override
          public void onEvent(SocketIoSocket socket, String name, List<JsonNode> args, Ack ack) {
            permits.acquireUninterruptibly();
            super.onEvent(socket, name, args, ack);
          }
        };
    int count = 20_000;
    String fill = "x".repeat(1_000);
    try (RealtimeTestServer server = new RealtimeTestServer(namespace);
        RawClient client = RawClient.connected(server.port());
        RawClient other = RawClient.connected(server.port())) {
      Thread writer =
          Thread.startVirtualThread(
              () -> {
                for (int i = 0; i < count; i++) {
                  client.send("42[\"e" + i + "\",\"" + fill + "\"]");
                }
              });
      // 20 MB do not fit into the buffers of two sockets: the writer must block.
      assertThat(writer.join(java.time.Duration.ofSeconds(1))).isFalse();
      permits.release(count + 1);
      writer.join();
      Eventually.that(() -> namespace.events().size() == count);
      assertThat(namespace.events().getLast()).isEqualTo("e" + (count - 1));
      assertThat(other.send("421[\"other\"]").readText()).isEqualTo("431[]");
    }
  }

  @Test
  void aSlowReaderIsClosedWithAReasonAndTheOthersMissNothing() {
    RecordingNamespace namespace = new RecordingNamespace();
    int events = 3_000;
    try (RealtimeTestServer server = new RealtimeTestServer(namespace);
        RawClient slow = RawClient.connected(server.port())) {
      SocketIoSocket slowSocket = namespace.nextSocket();
      try (RawClient reader = RawClient.connected(server.port())) {
        SocketIoSocket readerSocket = namespace.nextSocket();
        String fill = "x".repeat(4_000);
        for (int i = 0; i < events; i++) {
          OutboundFrame frame =
              SocketIoFrames.event(
                  "/", ("[\"e\"," + i + ",\"" + fill + "\"]").getBytes(StandardCharsets.UTF_8));
          slowSocket.send(frame);
          readerSocket.send(frame);
          frame.release();
          assertThat(reader.readText()).startsWith("42[\"e\"," + i + ",");
        }
        assertThat(namespace.nextReason()).isEqualTo(CloseReason.SLOW_READER);
        Eventually.that(() -> server.closed().equals(List.of(CloseReason.SLOW_READER)));
        Eventually.that(() -> server.server().engine().backlogBytes() == 0);
        slow.awaitEnd();
      }
    }
  }

  @Test
  void anAnswerThatAloneIsLargerThanTheLimitArrivesWhole() {
    RecordingNamespace namespace = new RecordingNamespace();
    EngineIoSettings settings = EngineIoSettings.DEFAULT.withMaxOutbound(1 << 20, 64 << 20);
    try (RealtimeTestServer server =
            new RealtimeTestServer(
                settings, SocketIoSettings.DEFAULT, OriginPolicy.of(), Map.of("/", namespace));
        RawClient client = RawClient.connected(server.port())) {
      byte[] large = ("[\"" + "x".repeat(16 << 20) + "\"]").getBytes(StandardCharsets.UTF_8);
      OutboundFrame frame = SocketIoFrames.event("/", large);
      namespace.nextSocket().send(frame);
      frame.release();

      assertThat(client.readText()).hasSize(large.length + 2);
      assertThat(client.send("421[\"a\"]").readText()).isEqualTo("431[]");
    }
  }

  @Test
  void theBytesOfAllSessionsTogetherAreBounded() {
    RecordingNamespace namespace = new RecordingNamespace();
    EngineIoSettings settings = EngineIoSettings.DEFAULT.withMaxOutbound(1 << 20, 1 << 20);
    try (RealtimeTestServer server =
        new RealtimeTestServer(
            settings, SocketIoSettings.DEFAULT, OriginPolicy.of(), Map.of("/", namespace))) {
      List<RawClient> clients = new ArrayList<>();
      List<SocketIoSocket> sockets = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        clients.add(RawClient.connected(server.port()));
        sockets.add(namespace.nextSocket());
      }
      OutboundFrame frame =
          SocketIoFrames.event(
              "/", ("[\"" + "x".repeat(60_000) + "\"]").getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < 1_000 && !server.closed().contains(CloseReason.OVERLOADED); i++) {
        sockets.forEach(socket -> socket.send(frame));
      }
      frame.release();

      Eventually.that(() -> server.closed().contains(CloseReason.OVERLOADED));
      clients.forEach(RawClient::close);
      Eventually.that(() -> server.server().engine().backlogBytes() == 0);
    }
  }

  @Test
  void framesAndAcksKeepTheirOrderWithinOneTurnOfTheLoop() {
    RecordingNamespace namespace =
        new RecordingNamespace() {
          @Override
          public void onEvent(SocketIoSocket socket, String name, List<JsonNode> args, Ack ack) {
            OutboundFrame event =
                SocketIoFrames.event("/", "[\"e\"]".getBytes(StandardCharsets.UTF_8));
            OutboundFrame answer = ack.frame("{\"success\":true}".getBytes(StandardCharsets.UTF_8));
            OutboundFrame all = OutboundFrame.join(List.of(event, answer, event));
            socket
                .session()
                .eventLoop()
                .execute(
                    () -> {
                      socket.send(all);
                      List.of(event, answer, all).forEach(OutboundFrame::release);
                    });
            ack.send("\"twice\"".getBytes(StandardCharsets.UTF_8));
          }
        };
    try (RealtimeTestServer server = new RealtimeTestServer(namespace);
        RawClient client =
            RawClient.connected(server.port()).send("421[\"a\"]").send("42[\"b\"]")) {
      for (String expected :
          List.of("42[\"e\"]", "431[{\"success\":true}]", "42[\"e\"]", "42[\"e\"]", "42[\"e\"]")) {
        assertThat(client.readText()).isEqualTo(expected);
      }
      PollingClient polling = PollingClient.connected(server.port());
      polling.post("427[\"a\"]");
      assertThat(polling.poll().body())
          .isEqualTo("42[\"e\"]\u001e437[{\"success\":true}]\u001e42[\"e\"]");
    }
  }

  @Test
  void moreSessionsThanAllowedAreRefused() {
    EngineIoSettings settings = EngineIoSettings.DEFAULT.withMaxSessions(2);
    try (RealtimeTestServer server =
            new RealtimeTestServer(
                settings,
                SocketIoSettings.DEFAULT,
                OriginPolicy.of(),
                Map.of("/", new RecordingNamespace()));
        RawClient first = RawClient.connected(server.port());
        RawClient second = RawClient.connected(server.port())) {
      assertThat(new PollingClient(server.port()).poll().statusCode()).isEqualTo(503);
      first.reset();
      Eventually.that(() -> new PollingClient(server.port()).poll().statusCode() == 200);
      assertThat(second.send("421[\"a\"]").readText()).isEqualTo("431[]");
    }
  }
}
