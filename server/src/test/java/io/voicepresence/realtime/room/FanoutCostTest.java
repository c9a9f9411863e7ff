package io.voicepresence.realtime.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.epoll.Epoll;
import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.presence.Claim;
import io.voicepresence.presence.PresenceSettings;
import io.voicepresence.presence.PresenceStore;
import io.voicepresence.presence.Profile;
import io.voicepresence.presence.StoreClock;
import io.voicepresence.presence.VoiceFlag;
import io.voicepresence.presence.VoiceStateUpdate;
import io.voicepresence.presence.memory.MemoryChangeFeed;
import io.voicepresence.presence.memory.MemoryPresenceStore;
import io.voicepresence.realtime.RawClient;
import io.voicepresence.realtime.RealtimeTestServer;
import io.voicepresence.realtime.RecordingNamespace;
import io.voicepresence.realtime.engineio.Broadcast;
import io.voicepresence.realtime.engineio.EngineIoSettings;
import io.voicepresence.realtime.engineio.FramePackets;
import io.voicepresence.realtime.engineio.OutboundFrame;
import io.voicepresence.realtime.socketio.SocketIoSocket;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an event costs in sends and in garbage. Times nothing, so it holds on any machine. */
class FanoutCostTest {
  private static final int SOCKETS = 200;
  private static final int EVENTS = 20;
  private static final ChannelId LOUNGE = new ChannelId("lounge");
  private static final UserId ANN = new UserId("ann");
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final MemoryChangeFeed feed = new MemoryChangeFeed();
  private final PresenceStore store =
      new MemoryPresenceStore(feed, PresenceSettings.DEFAULTS, StoreClock.system());
  private final Rooms rooms = new Rooms(store, feed, EventEncoder.constantNames());
  private final List<RawClient> clients = new ArrayList<>();
  private final Set<EventLoop> loops = new HashSet<>();
  private RealtimeTestServer server;

  @BeforeEach
  void connect() throws Exception {
    assumeTrue(Epoll.isAvailable());
    RecordingNamespace namespace = new RecordingNamespace();
    server = RealtimeTestServer.onEpoll(EngineIoSettings.DEFAULT.withRings(true), namespace);
    store.join(
        LOUNGE,
        new Profile(ANN, "ann", Optional.empty(), Optional.empty()),
        Claim.REQUEST,
        OptionalInt.empty());
    for (int i = 0; i < SOCKETS; i++) {
      clients.add(RawClient.connected(server.port()));
      Listener listener = new Listener(namespace.nextSocket());
      loops.add(listener.eventLoop());
      new Subscriptions(rooms, listener).add(List.of(LOUNGE), _ -> OutboundFrame.empty());
    }
    settle();
  }

  @AfterEach
  void disconnect() {
    clients.forEach(RawClient::close);
    if (server != null) {
      server.close();
    }
  }

  @Test
  void theEventsOfOneTurnAreOneSendToEachSocket() throws Exception {
    long before = server.sent();
    CountDownLatch busy = new CountDownLatch(1);
    for (EventLoop loop : loops) {
      loop.execute(() -> awaitQuietly(busy));
    }
    for (int i = 0; i < EVENTS; i++) {
      update(i);
    }
    busy.countDown();
    settle();

    assertThat(server.sent() - before).isEqualTo(SOCKETS);
    everybodyReads(EVENTS);
  }

  @Test
  void theEventsOfManyTurnsAreOneSendEach() throws Exception {
    long before = server.sent();
    for (int i = 0; i < EVENTS; i++) {
      update(i);
      settle();
    }

    assertThat(server.sent() - before).isEqualTo((long) SOCKETS * EVENTS);
    everybodyReads(EVENTS);
  }

  /** One who is shown the channel again amid a turn does not end the turn for the others. */
  @Test
  void whoIsShownTheChannelAmidATurnCostsTheOthersNothing() throws Exception {
    EventLoop loop = loops.iterator().next();
    Shard shard = new Shard(loop);
    List<Counting> joiners = new ArrayList<>();
    loop.submit(
            () -> {
              for (int i = 0; i < EVENTS; i++) {
                joiners.add(new Counting(loop));
                shard.add(joiners.getLast());
              }
              for (Counting joiner : joiners) {
                shard.offer(OutboundFrame.text("42[]"));
                shard.add(joiner);
              }
            })
        .sync();
    settle();

    // Each has its part before it is shown the channel, and the rest, but the last one, at the end.
    assertThat(joiners.stream().mapToInt(joiner -> joiner.sends).sum()).isEqualTo(2 * EVENTS - 1);
    assertThat(joiners).allMatch(joiner -> joiner.packets == EVENTS);
  }

  /** The event itself takes a few KB, once; what one more socket takes is next to nothing. */
  @Test
  void aDeliveryLeavesNoGarbage() throws Exception {
    for (int i = 0; i < EVENTS; i++) {
      update(i);
      settle();
    }
    long before = allocated();
    for (int i = 0; i < EVENTS; i++) {
      update(i);
      settle();
    }
    long perDelivery = (allocated() - before) / (SOCKETS * EVENTS);

    assertThat(perDelivery).isLessThan(40);
  }

  @Test
  void anEventIsEncodedOnceForAllItsSockets() throws Exception {
    for (int i = 0; i < 200; i++) {
      update(i);
    }
    settle();
    long thread = Thread.currentThread().threadId();
    long before = THREADS.getThreadAllocatedBytes(thread);
    for (int i = 0; i < EVENTS; i++) {
      update(i);
    }
    long perEvent = (THREADS.getThreadAllocatedBytes(thread) - before) / EVENTS;
    settle();

    assertThat(perEvent).isLessThan(6_000);
  }

  private void update(int number) {
    store.update(
        LOUNGE, ANN, VoiceStateUpdate.NONE.and(VoiceFlag.MUTED, number % 2 == 0), Claim.REQUEST);
  }

  private void everybodyReads(int events) {
    for (RawClient client : clients) {
      for (int i = 0; i < events; i++) {
        assertThat(client.readText()).startsWith("42[\"VOICE_CHANNEL_USER_UPDATED\"");
      }
    }
  }

  private long allocated() throws Exception {
    long bytes = 0;
    for (EventLoop loop : loops) {
      bytes +=
          loop.submit(() -> THREADS.getThreadAllocatedBytes(Thread.currentThread().threadId()))
              .get();
    }
    return bytes;
  }

  private void settle() throws Exception {
    for (EventLoop loop : loops) {
      CompletableFuture<Void> turned = new CompletableFuture<>();
      loop.execute(
          () ->
              ((SingleThreadIoEventLoop) loop)
                  .executeAfterEventLoopIteration(() -> turned.complete(null)));
      turned.get();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static final class Counting implements Subscriber {
    private final EventLoop loop;
    private int sends;
    private int packets;

    Counting(EventLoop loop) {
      this.loop = loop;
    }

    @Override
    public EventLoop eventLoop() {
      return loop;
    }

    @Override
    public void send(OutboundFrame frame) {
      sends++;
      packets += FramePackets.of(frame).size();
    }

    @Override
    public void fail() {
      throw new AssertionError("nothing fails here");
    }
  }

  /** A socket as a subscriber. */
  private record Listener(SocketIoSocket socket) implements Subscriber {
    @Override
    public EventLoop eventLoop() {
      return socket.session().eventLoop();
    }

    @Override
    public void send(OutboundFrame frame) {
      socket.send(frame);
    }

    @Override
    public void send(Broadcast broadcast) {
      socket.send(broadcast);
    }

    @Override
    public void fail() {
      throw new AssertionError("nothing fails here");
    }
  }
}
