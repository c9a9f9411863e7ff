package io.voicepresence.realtime.engineio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.UnixChannel;
import io.voicepresence.realtime.Eventually;
import io.voicepresence.realtime.NoLeaks;
import io.voicepresence.realtime.RawClient;
import io.voicepresence.realtime.RealtimeTestServer;
import io.voicepresence.realtime.RecordingNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sends past Netty, with real sockets: nothing lost, nothing twice, nothing out of order. */
@ExtendWith(NoLeaks.class)
class BroadcastTest {
  private static final int ROUNDS = 4_000;
  private static final String END = "42[\"end\"]";

  /** More than a socket takes at once, so that sends are cut short. */
  private static final int LARGE = 60_000;

  private static final EngineIoSettings PATIENT =
      EngineIoSettings.DEFAULT.withMaxOutbound(1L << 30, 1L << 30);

  static Stream<Boolean> rings() {
    assumeTrue(Epoll.isAvailable());
    return Stream.of(false, true);
  }

  @ParameterizedTest
  @MethodSource("rings")
  void everyClientReadsExactlyWhatItWasSentHoweverSlowlyItReads(boolean rings) throws Exception {
    RecordingNamespace namespace = new RecordingNamespace();
    Random random = new Random(20261123);
    try (RealtimeTestServer server =
            RealtimeTestServer.onEpoll(PATIENT.withRings(rings), namespace);
        ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Reader> clients = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        RawClient client = RawClient.connected(server.port());
        clients.add(new Reader(client, namespace.nextSocket().session()));
      }
      List<Future<List<String>>> read =
          clients.stream().map(client -> readers.submit(client::readAll)).toList();

      for (int round = 0; round < ROUNDS; round++) {
        clients.get(random.nextInt(clients.size())).mayRead.release(random.nextInt(200));
        String padding = random.nextInt(20) == 0 ? "x".repeat(random.nextInt(LARGE)) : "";
        String packet = "42[" + round + ",\"" + padding + "\"]";
        boolean alone = random.nextInt(4) == 0;
        List<Reader> meant =
            clients.stream().filter(_ -> random.nextInt(alone ? 24 : 3) == 0).toList();
        send(meant, packet, alone);
        clients.get(random.nextInt(clients.size())).answer("43" + round + "[\"" + padding + "\"]");
      }
      send(clients, END, true);
      clients.forEach(client -> client.mayRead.release(2 * ROUNDS + 1));

      for (int i = 0; i < clients.size(); i++) {
        List<String> packets = read.get(i).get();
        assertThat(packets.stream().filter(packet -> !packet.startsWith("43")))
            .isEqualTo(clients.get(i).expected);
        assertThat(packets.stream().filter(packet -> packet.startsWith("43")))
            .isEqualTo(clients.get(i).answers);
        clients.get(i).client.close();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("rings")
  void whoGoesAmidTheBroadcastsHarmsNobody(boolean rings) throws Exception {
    RecordingNamespace namespace = new RecordingNamespace();
    Random random = new Random(20261124);
    try (RealtimeTestServer server =
            RealtimeTestServer.onEpoll(PATIENT.withRings(rings), namespace);
        ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 40; round++) {
        List<Reader> clients = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
          RawClient client = RawClient.connected(server.port());
          Reader reader = new Reader(client, namespace.nextSocket().session());
          reader.mayRead.release(1_000_000);
          clients.add(reader);
        }
        List<Reader> staying = clients.subList(6, 12);
        List<Future<List<String>>> read =
            staying.stream().map(client -> readers.submit(client::readAll)).toList();
        Set<Integer> gone = new HashSet<>();
        for (int i = 0; i < 60; i++) {
          if (random.nextInt(8) == 0) {
            int goes = random.nextInt(6);
            switch (gone.add(goes) ? random.nextInt(3) : 2) {
              case 0 -> clients.get(goes).client.reset();
              case 1 -> clients.get(goes).client.close();
              default -> clients.get(goes).session.close(CloseReason.SERVER_DISCONNECT);
            }
          }
          send(clients, "42[" + i + "]", false);
        }
        send(staying, END, false);
        for (int i = 0; i < staying.size(); i++) {
          assertThat(read.get(i).get()).isEqualTo(staying.get(i).expected);
        }
        clients.forEach(client -> client.client.close());
        for (int i : gone) {
          Eventually.that(() -> !clients.get(i).session.isOpen());
        }
      }
      Eventually.that(() -> server.server().engine().sessionCount() == 0);
      assertThat(server.server().engine().backlogBytes()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("rings")
  void aReaderThatStaysBehindIsClosedWithItsReason(boolean rings) throws Exception {
    RecordingNamespace namespace = new RecordingNamespace();
    EngineIoSettings settings =
        EngineIoSettings.DEFAULT.withMaxOutbound(200_000, 1L << 30).withRings(rings);
    try (RealtimeTestServer server = RealtimeTestServer.onEpoll(settings, namespace)) {
      List<Reader> clients = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        RawClient client = RawClient.connected(server.port());
        clients.add(new Reader(client, namespace.nextSocket().session()));
      }
      String packet = "42[\"" + "x".repeat(LARGE) + "\"]";

      for (int i = 0; i < 1_000 && clients.getFirst().session.isOpen(); i++) {
        send(clients, packet, false);
      }

      for (int i = 0; i < clients.size(); i++) {
        assertThat(namespace.nextReason()).isEqualTo(CloseReason.SLOW_READER);
      }
      clients.forEach(client -> client.client.close());
      Eventually.that(() -> server.server().engine().backlogBytes() == 0);
    }
  }

  /** The kernel gives the number of a closed socket to the next one that is opened. */
  @ParameterizedTest
  @MethodSource("rings")
  void whatTakesTheNumberOfAClosedSocketIsNeverSentTo(boolean rings) throws Exception {
    RecordingNamespace namespace = new RecordingNamespace();
    try (RealtimeTestServer server =
            RealtimeTestServer.onEpoll(PATIENT.withRings(rings), namespace);
        ServerSocketChannel listening = ServerSocketChannel.open()) {
      listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      RawClient client = RawClient.connected(server.port());
      EngineIoSession session = namespace.nextSocket().session();
      Channel channel = server.channelOf(client);
      CompletableFuture<SocketChannel> heir = new CompletableFuture<>();

      session
          .eventLoop()
          .submit(
              () -> {
                // Its channelInactive comes later: the session still counts as open.
                var _ = channel.close();
                assertThat(session.isOpen()).isTrue();
                heir.complete(openedAs(((UnixChannel) channel).fd().intValue(), listening));
                OutboundFrame frame = OutboundFrame.text("42[\"stray\"]");
                Broadcast broadcast = new Broadcast(frame);
                broadcast.to(session);
                broadcast.finish();
                frame.release();
                return null;
              })
          .sync();

      try (SocketChannel accepted = listening.accept()) {
        heir.get().write(ByteBuffer.wrap("own".getBytes(StandardCharsets.US_ASCII)));
        heir.get().close();
        ByteBuffer read = ByteBuffer.allocate(100);
        while (accepted.read(read) >= 0) {
          // to the end
        }
        assertThat(new String(read.array(), 0, read.position(), StandardCharsets.US_ASCII))
            .isEqualTo("own");
      }
    }
  }

  /** A connection that got the number, which is the lowest that is free. */
  private static SocketChannel openedAs(int number, ServerSocketChannel listening)
      throws IOException {
    SocketChannel channel = SocketChannel.open(listening.getLocalAddress());
    assertThat(Files.readSymbolicLink(Path.of("/proc/self/fd/" + number)).toString())
        .startsWith("socket:");
    return channel;
  }

  /** By a broadcast in each event loop, or to each by itself. */
  private static void send(List<Reader> meant, String packet, boolean alone) {
    OutboundFrame frame = OutboundFrame.text(packet);
    Set<EventLoop> loops = new HashSet<>();
    meant.forEach(client -> loops.add(client.session.eventLoop()));
    meant.forEach(client -> client.expected.add(packet));
    for (EventLoop loop : loops) {
      frame.retain();
      loop.execute(
          () -> {
            Broadcast broadcast = new Broadcast(frame);
            for (Reader client : meant) {
              if (!client.session.eventLoop().equals(loop)) {
                continue;
              }
              if (alone) {
                client.session.send(frame);
              } else {
                broadcast.to(client.session);
              }
            }
            broadcast.finish();
            frame.release();
          });
    }
    frame.release();
  }

  private static final class Reader {
    private final RawClient client;
    private final EngineIoSession session;
    private final Semaphore mayRead = new Semaphore(0);
    private final List<String> expected = new ArrayList<>();

    /** In an order of their own: an event may overtake them. */
    private final List<String> answers = new ArrayList<>();

    Reader(RawClient client, EngineIoSession session) {
      this.client = client;
      this.session = session;
    }

    void answer(String packet) {
      answers.add(packet);
      OutboundFrame frame = OutboundFrame.text(packet);
      session.answer(frame);
      frame.release();
    }

    /** All packets up to the end, each when it may. */
    List<String> readAll() throws InterruptedException {
      List<String> packets = new ArrayList<>();
      while (packets.isEmpty() || !packets.getLast().equals(END)) {
        mayRead.acquire();
        try {
          packets.add(client.readText());
        } catch (UncheckedIOException late) {
          throw new AssertionError("after " + packets.size() + " packets", late);
        }
      }
      return packets;
    }
  }
}
