package io.voicepresence.realtime.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.error.ErrorCode;
import io.voicepresence.error.RequestException;
import io.voicepresence.json.PresenceJson;
import io.voicepresence.presence.Claim;
import io.voicepresence.presence.LeaveReason;
import io.voicepresence.presence.PresenceSettings;
import io.voicepresence.presence.PresenceStore;
import io.voicepresence.presence.Profile;
import io.voicepresence.presence.StoreClock;
import io.voicepresence.presence.VoiceFlag;
import io.voicepresence.presence.VoiceStateUpdate;
import io.voicepresence.presence.memory.MemoryChangeFeed;
import io.voicepresence.presence.memory.MemoryPresenceStore;
import io.voicepresence.realtime.Eventually;
import io.voicepresence.realtime.NoLeaks;
import io.voicepresence.realtime.engineio.FramePackets;
import io.voicepresence.realtime.engineio.OutboundFrame;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class RoomsTest {
  private static final int ROUNDS = 2_000;
  private static final String WATCHED = "430[]";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private final EventLoop firstLoop = loops.next();
  private final EventLoop secondLoop = loops.next();
  private final MemoryChangeFeed feed = new MemoryChangeFeed();
  private final PresenceStore store =
      new MemoryPresenceStore(feed, PresenceSettings.DEFAULTS, StoreClock.system());
  private final Rooms rooms = new Rooms(store, feed, EventEncoder.constantNames());

  @AfterEach
  void stop() throws Exception {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).get();
  }

  @Test
  void aViewAndTheEventsAfterItAddUpHoweverTheyRace() throws Exception {
    Random random = new Random(20261122);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < ROUNDS; round++) {
        List<ChannelId> channels =
            List.of(new ChannelId("b-" + round), new ChannelId("a-" + round));
        Watcher early = new Watcher(firstLoop);
        early.watch(channels);
        Watcher racing = new Watcher(random.nextBoolean() ? firstLoop : secondLoop);
        Watcher returning = new Watcher(secondLoop);
        CyclicBarrier start = new CyclicBarrier(4);
        List<Future<?>> running = new ArrayList<>();
        long seed = random.nextLong();
        for (ChannelId channel : channels) {
          running.add(
              threads.submit(
                  () -> {
                    start.await();
                    change(channel, new Random(seed));
                    return null;
                  }));
        }
        running.add(
            threads.submit(
                () -> {
                  start.await();
                  racing.watch(channels);
                  return null;
                }));
        running.add(
            threads.submit(
                () -> {
                  start.await();
                  returning.watch(channels.reversed());
                  returning.unwatch(channels);
                  returning.watch(channels);
                  return null;
                }));
        for (Future<?> step : running) {
          step.get();
        }
        settle();
        for (ChannelId channel : channels) {
          String truth = users(PresenceJson.snapshot(store.snapshot(channel)));
          for (Watcher watcher : List.of(early, racing, returning)) {
            assertThat(watcher.seen(channel)).as("round %d, seed %d", round, seed).isEqualTo(truth);
          }
        }
        List.of(early, racing, returning).forEach(watcher -> watcher.subscriptions.clear());
      }
    }
    assertThat(rooms.count()).isZero();
  }

  @Test
  void eventsOfOneTurnOfTheLoopAreSentAtOnce() throws Exception {
    ChannelId lounge = new ChannelId("lounge");
    Watcher watcher = new Watcher(firstLoop);
    watcher.watch(List.of(lounge));
    settle();
    int before = watcher.sends.get();

    CountDownLatch busy = new CountDownLatch(1);
    firstLoop.execute(() -> awaitQuietly(busy));
    for (int i = 0; i < 8; i++) {
      join(lounge, "u" + i);
    }
    busy.countDown();
    settle();

    assertThat(watcher.sends.get() - before).isEqualTo(1);
    assertThat(watcher.seen(lounge)).contains("u0", "u7");
  }

  @Test
  void whoCannotBeSentToIsDisconnectedAndTheOthersMissNothing() throws Exception {
    ChannelId lounge = new ChannelId("lounge");
    Watcher broken = new Watcher(firstLoop);
    Watcher sound = new Watcher(firstLoop);
    broken.watch(List.of(lounge));
    sound.watch(List.of(lounge));
    settle();
    broken.broken = true;

    join(lounge, "ann");
    settle();
    join(lounge, "bob");
    settle();

    assertThat(broken.failures.get()).isEqualTo(2);
    assertThat(sound.failures.get()).isZero();
    assertThat(sound.seen(lounge)).contains("ann", "bob");

    Watcher unanswered = new Watcher(secondLoop);
    unanswered.broken = true;
    unanswered.watch(List.of(lounge));
    settle();
    assertThat(unanswered.failures.get()).isEqualTo(1);
  }

  @Test
  void whoWatchesNoLongerGetsNothingMoreAndTheRoomEndsWithTheLastOne() throws Exception {
    ChannelId lounge = new ChannelId("lounge");
    Watcher stays = new Watcher(firstLoop);
    Watcher goes = new Watcher(firstLoop);
    stays.watch(List.of(lounge));
    goes.watch(List.of(lounge));
    goes.unwatch(List.of(lounge));
    settle();
    int before = goes.sends.get();

    join(lounge, "ann");
    settle();

    assertThat(goes.sends.get()).isEqualTo(before);
    assertThat(stays.seen(lounge)).contains("ann");
    assertThat(rooms.count()).isEqualTo(1);
    stays.subscriptions.clear();
    assertThat(rooms.count()).isZero();
  }

  @Test
  void whatIsDueToOneWhoGoesOrIsShownTheChannelAgainComesBeforeTheAnswer() throws Exception {
    ChannelId lounge = new ChannelId("lounge");
    Watcher goes = new Watcher(firstLoop);
    Watcher again = new Watcher(firstLoop);
    Watcher comes = new Watcher(firstLoop);
    goes.watch(List.of(lounge));
    again.watch(List.of(lounge));
    settle();
    List.of(goes, again).forEach(watcher -> watcher.heard.clear());

    CountDownLatch busy = new CountDownLatch(1);
    firstLoop.execute(() -> awaitQuietly(busy));
    join(lounge, "ann");
    goes.unwatch(List.of(lounge));
    again.watch(List.of(lounge));
    comes.watch(List.of(lounge));
    join(lounge, "bob");
    busy.countDown();
    settle();

    assertThat(goes.heard).containsExactly("ann", "unwatched");
    assertThat(again.heard).containsExactly("ann", "watched", "bob");
    assertThat(comes.heard).containsExactly("watched", "bob");
    assertThat(again.seen(lounge)).contains("ann", "bob").isEqualTo(comes.seen(lounge));
  }

  @Test
  void whatTakesWaitingIsNotBegunInAnEventLoop() throws Exception {
    ChannelId open = new ChannelId("open");
    Watcher first = new Watcher(firstLoop);
    Watcher second = new Watcher(firstLoop);
    assertThat(first.tryWatch(open)).as("a channel that has to be read").isFalse();
    first.watch(List.of(open));

    Room room = rooms.enter(open);
    room.lock.lock();
    try {
      assertThat(elsewhere(() -> second.tryWatch(open))).as("a lock that is held").isFalse();
    } finally {
      room.lock.unlock();
    }
    assertThat(elsewhere(() -> second.tryWatch(open))).as("nothing to wait for").isTrue();
    assertThat(second.seen(open)).isEqualTo(first.seen(open));
  }

  private static boolean elsewhere(Supplier<Boolean> step) {
    return CompletableFuture.supplyAsync(step).join();
  }

  @Test
  void aChannelThatCannotBeReadIsNotWatchedAndWorksOnceItCanBe() throws Exception {
    ChannelId lounge = new ChannelId("lounge");
    boolean[] broken = {true};
    PresenceStore flaky =
        (PresenceStore)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {PresenceStore.class},
                (proxy, method, args) -> {
                  if (broken[0]) {
                    throw new RequestException(ErrorCode.UNAVAILABLE, "out of reach");
                  }
                  return method.invoke(store, args);
                });
    Rooms unsteady = new Rooms(flaky, feed, EventEncoder.constantNames());
    Watcher watcher = new Watcher(firstLoop, unsteady);

    assertThatThrownBy(() -> watcher.watch(List.of(lounge))).isInstanceOf(RequestException.class);
    assertThat(unsteady.count()).isZero();
    assertThat(watcher.subscriptions.contains(lounge)).isFalse();

    broken[0] = false;
    watcher.watch(List.of(lounge));
    join(lounge, "ann");
    settle();
    assertThat(watcher.seen(lounge)).contains("ann");
  }

  @Test
  void whoWaitedForAChannelThatCannotBeReadNeedNotTryInTurn() throws Exception {
    ChannelId lounge = new ChannelId("lounge");
    AtomicInteger reads = new AtomicInteger();
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch timeOut = new CountDownLatch(1);
    PresenceStore silent =
        (PresenceStore)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {PresenceStore.class},
                (proxy, method, args) -> {
                  reads.incrementAndGet();
                  reading.countDown();
                  awaitQuietly(timeOut);
                  throw new RequestException(ErrorCode.UNAVAILABLE, "out of reach");
                });
    Rooms unreadable = new Rooms(silent, feed, EventEncoder.constantNames());
    List<Thread> callers = new ArrayList<>();
    AtomicInteger refused = new AtomicInteger();
    for (int i = 0; i < 10; i++) {
      Watcher watcher = new Watcher(firstLoop, unreadable);
      callers.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      watcher.watch(List.of(lounge));
                    } catch (RequestException unavailable) {
                      refused.incrementAndGet();
                    }
                  }));
    }
    reading.await();
    for (Thread caller : callers) {
      Eventually.that(() -> caller.getState() == Thread.State.WAITING);
    }

    timeOut.countDown();

    for (Thread caller : callers) {
      caller.join();
    }
    assertThat(refused.get()).isEqualTo(10);
    assertThat(reads.get()).isEqualTo(1);
    assertThat(unreadable.count()).isZero();
  }

  /** Joins, updates and leaves of three users, some of them in vain. */
  private void change(ChannelId channel, Random random) {
    for (int step = 0; step < 12; step++) {
      UserId user = new UserId("u" + random.nextInt(3));
      switch (random.nextInt(4)) {
        case 0 -> store.leave(channel, user, LeaveReason.LEFT);
        case 1 ->
            store.update(
                channel,
                user,
                VoiceStateUpdate.NONE.and(VoiceFlag.MUTED, random.nextBoolean()),
                Claim.REQUEST);
        default -> join(channel, user.value());
      }
    }
  }

  private void join(ChannelId channel, String name) {
    store.join(
        channel,
        new Profile(new UserId(name), name, Optional.empty(), Optional.empty()),
        Claim.REQUEST,
        OptionalInt.empty());
  }

  /**
   * Lets both loops finish what they have been given, and what waits for the ends of those turns.
   */
  private void settle() throws Exception {
    for (EventLoop loop : List.of(firstLoop, secondLoop)) {
      CompletableFuture<Void> turned = new CompletableFuture<>();
      loop.execute(
          () ->
              ((SingleThreadIoEventLoop) loop)
                  .executeAfterEventLoopIteration(() -> turned.complete(null)));
      turned.get();
    }
  }

  private static String users(byte[] snapshot) throws Exception {
    JsonNode tree = JSON.readTree(snapshot);
    Map<String, String> users = new TreeMap<>();
    tree.get("users").forEach(user -> users.put(user.get("id").asText(), user.toString()));
    return tree.get("version") + " " + users;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Replays what it is sent, and objects to any gap, repetition or event before its view. */
  private final class Watcher implements Subscriber {
    private final EventLoop loop;
    private final Subscriptions subscriptions;
    private final Map<String, Map<String, String>> users = new TreeMap<>();
    private final Map<String, Long> versions = new TreeMap<>();
    private final List<String> objections = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();
    private final AtomicInteger sends = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile boolean broken;

    Watcher(EventLoop loop) {
      this(loop, rooms);
    }

    Watcher(EventLoop loop, Rooms rooms) {
      this.loop = loop;
      this.subscriptions = new Subscriptions(rooms, this);
    }

    void watch(List<ChannelId> channels) {
      subscriptions.add(
          channels,
          views -> {
            views.forEach(this::show);
            return OutboundFrame.text(WATCHED);
          });
    }

    boolean tryWatch(ChannelId channel) {
      return subscriptions.tryAdd(
          List.of(channel),
          views -> {
            views.forEach(this::show);
            return OutboundFrame.text("430[]");
          });
    }

    void unwatch(List<ChannelId> channels) {
      subscriptions.remove(
          channels,
          () -> {
            channels.forEach(channel -> versions.remove(channel.value()));
            return OutboundFrame.text("431[]");
          });
    }

    String seen(ChannelId channel) throws Exception {
      return loop.submit(
              () -> {
                assertThat(objections).isEmpty();
                return versions.get(channel.value()) + " " + users.get(channel.value());
              })
          .get();
    }

    @Override
    public EventLoop eventLoop() {
      return loop;
    }

    @Override
    public void fail() {
      failures.incrementAndGet();
    }

    @Override
    public void send(OutboundFrame frame) {
      if (broken) {
        throw new OutOfMemoryError("on purpose");
      }
      sends.incrementAndGet();
      for (String packet : FramePackets.of(frame)) {
        if (packet.startsWith("42")) {
          apply(packet.substring(2));
        } else {
          heard.add(packet.equals(WATCHED) ? "watched" : "unwatched");
        }
      }
    }

    private void show(RoomView view) {
      Map<String, String> shown = new TreeMap<>();
      for (byte[] user : view.users()) {
        String json = new String(user, StandardCharsets.UTF_8);
        shown.put(read(json).get("id").asText(), json);
      }
      users.put(view.channel().value(), shown);
      versions.put(view.channel().value(), view.version());
    }

    private void apply(String event) {
      JsonNode tree = read(event);
      JsonNode payload = tree.get(1);
      String channel = payload.get("channelId").asText();
      long version = payload.get("version").asLong();
      Long last = versions.get(channel);
      if (last == null || (last != 0 && version != last + 1)) {
        objections.add("after " + last + " came " + event);
        return;
      }
      versions.put(channel, version);
      String id = payload.get("user").get("id").asText();
      heard.add(id);
      if (tree.get(0).asText().endsWith("LEFT")) {
        users.get(channel).remove(id);
      } else {
        users.get(channel).put(id, payload.get("user").toString());
      }
    }

    private JsonNode read(String json) {
      try {
        return JSON.readTree(json);
      } catch (JsonProcessingException e) {
        throw new AssertionError(json, e);
      }
    }
  }
}
