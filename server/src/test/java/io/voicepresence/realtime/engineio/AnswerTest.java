package io.voicepresence.realtime.engineio;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.epoll.Epoll;
import io.voicepresence.realtime.NoLeaks;
import io.voicepresence.realtime.RawClient;
import io.voicepresence.realtime.RealtimeTestServer;
import io.voicepresence.realtime.RecordingNamespace;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** In what order, and with how many sends, a client gets what one turn of its event loop brings. */
@ExtendWith(NoLeaks.class)
class AnswerTest {
  private static final int ROUNDS = 200;

  /** Bytes of a WebSocket frame's header, at most for such short texts. */
  private static final int HEADER = 4;

  static Stream<Boolean> transports() {
    return Epoll.isAvailable() ? Stream.of(false, true) : Stream.of(false);
  }

  @ParameterizedTest
  @MethodSource("transports")
  void answersAndEventsOfATurnAreOneSendEventsFirst(boolean epoll) {
    inOneTurn(
        epoll,
        ROUNDS,
        session -> {
          session
              .eventLoop()
              .execute(() -> EndOfTurn.run(session.eventLoop(), () -> broadcast(session)));
          answer(session, "first answer");
          answer(session, "second answer");
        },
        client -> {
          assertThat(read(client, 3)).containsExactly("event", "first answer", "second answer");
          return 1;
        });
  }

  @ParameterizedTest
  @MethodSource("transports")
  void whatIsSentAtOnceTakesTheAnswersBeforeItAlong(boolean epoll) {
    inOneTurn(
        epoll,
        ROUNDS,
        session -> {
          answer(session, "answer");
          session.eventLoop().execute(() -> send(session, "snapshot"));
        },
        client -> {
          assertThat(read(client, 2)).containsExactly("answer", "snapshot");
          return 1;
        });
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aSessionThatIsClosedAmidATurnSendsItsAnswersFirst(boolean epoll) {
    inOneTurn(
        epoll,
        1,
        session -> {
          answer(session, "answer");
          session.eventLoop().execute(() -> session.close(CloseReason.SERVER_DISCONNECT));
          answer(session, "too late");
        },
        client -> {
          assertThat(read(client, 1)).containsExactly("answer");
          assertThat(client.read().isClose()).isTrue();
          return 1;
        });
  }

  @ParameterizedTest
  @MethodSource("transports")
  void manyAnswersOfATurnComeInOrderAndInFewSends(boolean epoll) {
    List<String> answers =
        IntStream.range(0, 1_000).mapToObj(i -> "answer " + i + "x".repeat(i % 300)).toList();
    long bytes = answers.stream().mapToLong(answer -> HEADER + answer.length()).sum();
    inOneTurn(
        epoll,
        1,
        session -> answers.forEach(answer -> answer(session, answer)),
        client -> {
          assertThat(read(client, answers.size())).isEqualTo(answers);
          return bytes / SessionOutput.MAX_JOINED + 1;
        });
  }

  private interface Reading {
    /** Reads what one round sent; returns with how many sends at most. */
    long read(RawClient client);
  }

  private static void inOneTurn(
      boolean epoll, int rounds, Consumer<EngineIoSession> turn, Reading reading) {
    RecordingNamespace namespace = new RecordingNamespace();
    try (RealtimeTestServer server =
            epoll
                ? RealtimeTestServer.onEpoll(EngineIoSettings.DEFAULT, namespace)
                : new RealtimeTestServer(namespace);
        RawClient client = RawClient.connected(server.port())) {
      EngineIoSession session = namespace.nextSocket().session();
      long before = server.sent();
      long allowed = 0;
      for (int i = 0; i < rounds; i++) {
        session.eventLoop().execute(() -> turn.accept(session));
        allowed += reading.read(client);
      }
      // The last one may not have been counted yet; one too many in each round would have been.
      assertThat(server.sent() - before).isLessThanOrEqualTo(allowed);
    }
  }

  private static void answer(EngineIoSession session, String text) {
    OutboundFrame frame = OutboundFrame.text(text);
    session.answer(frame);
    frame.release();
  }

  private static void send(EngineIoSession session, String text) {
    OutboundFrame frame = OutboundFrame.text(text);
    session.send(frame);
    frame.release();
  }

  private static void broadcast(EngineIoSession session) {
    OutboundFrame frame = OutboundFrame.text("event");
    Broadcast broadcast = new Broadcast(frame);
    broadcast.to(session);
    broadcast.finish();
    frame.release();
  }

  private static List<String> read(RawClient client, int count) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(client.readText());
    }
    return texts;
  }
}
