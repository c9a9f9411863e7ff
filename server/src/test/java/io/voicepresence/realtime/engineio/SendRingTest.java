package io.voicepresence.realtime.engineio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.UnixChannel;
import io.voicepresence.realtime.NoLeaks;
import io.voicepresence.realtime.RawClient;
import io.voicepresence.realtime.RealtimeTestServer;
import io.voicepresence.realtime.RecordingNamespace;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On real sockets; the thread of the test is the one that owns the ring. */
@ExtendWith(NoLeaks.class)
class SendRingTest {
  private static final int EAGAIN = 11;
  private static final int EBADF = 9;
  private static final OutboundFrame FRAME = OutboundFrame.text("42[\"hello\"]");
  private final int[] results = new int[SendRing.CAPACITY];
  private RealtimeTestServer server;
  private SendRing ring;

  @BeforeEach
  void open() {
    assumeTrue(Epoll.isAvailable());
    var opened = SendRing.open();
    assumeTrue(opened.isPresent(), "io_uring is not allowed here");
    ring = opened.get();
    server = RealtimeTestServer.onEpoll(EngineIoSettings.DEFAULT, new RecordingNamespace());
  }

  @AfterEach
  void close() {
    if (ring != null) {
      ring.close();
      server.close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 1023, 1024})
  void allAreSentWhenTheCallReturnsAsOftenAsItIsCalled(int count) {
    List<RawClient> clients =
        Stream.generate(() -> RawClient.connected(server.port())).limit(32).toList();
    int[] sockets = IntStream.range(0, count).map(i -> number(clients.get(i % 32))).toArray();

    for (int call = 0; call < 5; call++) {
      send(sockets, FRAME.bytes());
      assertThat(Arrays.copyOf(results, count)).containsOnly(FRAME.size());
      for (int i = 0; i < count; i++) {
        assertThat(clients.get(i % 32).readText()).isEqualTo("42[\"hello\"]");
      }
    }
    clients.forEach(RawClient::close);
  }

  @Test
  void eachSocketHasAResultOfItsOwn() {
    try (RawClient sound = RawClient.connected(server.port());
        RawClient full = RawClient.connected(server.port())) {
      ByteBuf large = PooledByteBufAllocator.DEFAULT.directBuffer().writeZero(8 << 20);
      send(new int[] {number(full)}, large);
      assertThat(results[0]).isBetween(1, large.readableBytes() - 1);
      while (results[0] > 0) {
        send(new int[] {number(full)}, FRAME.bytes());
      }

      int[] sockets = {number(sound), number(full), 1_000_000, number(sound)};
      send(sockets, FRAME.bytes());

      assertThat(Arrays.copyOf(results, 4))
          .containsExactly(FRAME.size(), -EAGAIN, -EBADF, FRAME.size());
      assertThat(ring.isUsable()).isTrue();
      large.release();
      assertThat(sound.readText()).isEqualTo("42[\"hello\"]");
      assertThat(sound.readText()).isEqualTo("42[\"hello\"]");
    }
  }

  /**
   * As by a filter for system calls that is set later: another thread than the ring's is refused.
   */
  @Test
  void aRingThatTheKernelRefusesSaysThatNothingWasSent() throws Exception {
    try (RawClient client = RawClient.connected(server.port())) {
      int[] sockets = IntStream.generate(() -> number(client)).limit(10).toArray();
      Arrays.fill(results, 1);

      Thread.ofPlatform().start(() -> send(sockets, FRAME.bytes())).join();

      assertThat(Arrays.copyOf(results, 10)).containsOnly(0);
      assertThat(ring.isUsable()).isFalse();
    }
  }

  private void send(int[] sockets, ByteBuf bytes) {
    ring.send(sockets, sockets.length, bytes.memoryAddress(), bytes.readableBytes(), results);
  }

  private int number(RawClient client) {
    return ((UnixChannel) server.channelOf(client)).fd().intValue();
  }
}
