package io.voicepresence.realtime.voice;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.FastThreadLocalThread;
import io.voicepresence.auth.Identity;
import io.voicepresence.auth.TokenVerifier;
import io.voicepresence.channel.ChannelGate;
import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.channel.open.OpenChannelAccess;
import io.voicepresence.limit.CommandLimiter;
import io.voicepresence.presence.Claim;
import io.voicepresence.presence.LiveSockets;
import io.voicepresence.presence.PresenceService;
import io.voicepresence.presence.PresenceSettings;
import io.voicepresence.presence.PresenceStore;
import io.voicepresence.presence.Profile;
import io.voicepresence.presence.StoreClock;
import io.voicepresence.presence.memory.MemoryChangeFeed;
import io.voicepresence.presence.memory.MemoryPresenceStore;
import io.voicepresence.realtime.RawClient;
import io.voicepresence.realtime.RealtimeTestServer;
import io.voicepresence.realtime.room.EventEncoder;
import io.voicepresence.realtime.room.RepairSettings;
import io.voicepresence.realtime.room.Rooms;
import io.voicepresence.realtime.room.Sleeper;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** On which threads commands reach the store, and that a socket's keep their order all the same. */
class CommandThreadsTest {
  private static final int MANY = 50;

  private final MemoryChangeFeed feed = new MemoryChangeFeed();

  /** By the name of the store's method: whether it was called in an event loop. */
  private final Map<String, Boolean> inLoop = new ConcurrentHashMap<>();

  @Test
  void aStoreInMemoryIsAskedInTheEventLoopAndNoThreadIsStarted() {
    run(true);

    assertThat(inLoop)
        .containsEntry("update", true)
        .containsEntry("refresh", true)
        .containsEntry("leave", true)
        .containsEntry("join", false);
  }

  @Test
  void anEventLoopNeverWaitsForAnotherStore() {
    run(false);

    assertThat(inLoop)
        .containsEntry("update", false)
        .containsEntry("refresh", false)
        .containsEntry("leave", false)
        .containsEntry("join", false);
  }

  @Test
  void commandsOfASocketKeepTheirOrderWhereverEachIsDone() {
    for (boolean atOnce : List.of(true, false)) {
      List<String> acks = new ArrayList<>();
      PresenceStore store = store(atOnce);
      try (Rooms rooms = rooms(store);
          RealtimeTestServer server = new RealtimeTestServer(namespace(rooms, store));
          RawClient client = connected(server.port())) {
        // Joins are done on a thread of their own, the others perhaps at once.
        for (int i = 0; i < MANY; i += 2) {
          client.send(command(i, "VOICE_CHANNEL_JOIN", ""));
          client.send(command(i + 1, "VOICE_CHANNEL_LEAVE", ""));
        }
        while (acks.size() < MANY) {
          String packet = client.readText();
          if (packet.startsWith("43")) {
            acks.add(packet.substring(2, packet.indexOf('[')));
          }
        }
      }
      assertThat(acks).isEqualTo(IntStream.range(0, MANY).mapToObj(Integer::toString).toList());
    }
  }

  /** Who changes a flag gets the event first, and both in one send. */
  @Test
  void anUpdateInMemoryIsOneSendToItsAuthor() {
    PresenceStore store = store(true);
    try (Rooms rooms = rooms(store);
        RealtimeTestServer server = new RealtimeTestServer(namespace(rooms, store));
        RawClient client = connected(server.port())) {
      ask(client, 0, command(0, "VOICE_CHANNEL_JOIN", ""));
      long before = server.sent();
      for (int i = 0; i < MANY; i++) {
        client.send(command(i, "VOICE_STATE_UPDATE", ",\"isMuted\":" + (i % 2 == 0)));
        assertThat(client.readText()).startsWith("42[\"VOICE_CHANNEL_USER_UPDATED\"");
        assertThat(client.readText()).startsWith("43" + i + "[{\"success\":true");
      }
      // Two sends each would be twice as many; one or another may be, where a turn ends in between.
      assertThat(server.sent() - before).isLessThan(MANY + MANY / 2);
    }
  }

  private void run(boolean atOnce) {
    PresenceStore store = store(atOnce);
    try (Rooms rooms = rooms(store);
        RealtimeTestServer server = new RealtimeTestServer(namespace(rooms, store));
        RawClient client = connected(server.port())) {
      // Not by the socket: its thread may not have ended when the next command comes.
      var _ =
          store.join(new ChannelId("lounge"), Profile.of(ann()), Claim.SOCKET, OptionalInt.empty());
      ask(client, 1, command(1, "VOICE_STATE_UPDATE", ",\"isMuted\":true"));
      ask(client, 2, command(2, "VOICE_PRESENCE_REFRESH", ""));
      ask(client, 3, command(3, "VOICE_CHANNEL_LEAVE", ""));
      ask(client, 4, command(4, "VOICE_CHANNEL_JOIN", ""));
    }
  }

  private static RawClient connected(int port) {
    RawClient client = RawClient.webSocket(port).send("40{\"token\":\"any\"}");
    assertThat(client.readText()).startsWith("40{");
    return client;
  }

  private static void ask(RawClient client, int id, String command) {
    client.send(command);
    String packet = client.readText();
    while (!packet.startsWith("43")) {
      packet = client.readText();
    }
    assertThat(packet).startsWith("43" + id + "[{\"success\":true");
  }

  private static String command(int id, String event, String more) {
    return "42" + id + "[\"" + event + "\",{\"channelId\":\"lounge\"" + more + "}]";
  }

  private PresenceStore store(boolean atOnce) {
    PresenceStore memory =
        new MemoryPresenceStore(feed, PresenceSettings.DEFAULTS, StoreClock.system());
    return (PresenceStore)
        Proxy.newProxyInstance(
            PresenceStore.class.getClassLoader(),
            new Class<?>[] {PresenceStore.class},
            (_, method, arguments) -> {
              if (method.getName().equals("answersAtOnce")) {
                return atOnce;
              }
              inLoop.put(method.getName(), Thread.currentThread() instanceof FastThreadLocalThread);
              try {
                return method.invoke(memory, arguments);
              } catch (InvocationTargetException failed) {
                throw failed.getCause();
              }
            });
  }

  private Rooms rooms(PresenceStore store) {
    return new Rooms(
        store, feed, EventEncoder.constantNames(), RepairSettings.DEFAULTS, Sleeper.REAL);
  }

  private static VoiceNamespace namespace(Rooms rooms, PresenceStore store) {
    ChannelGate gate = new ChannelGate(new OpenChannelAccess());
    CommandLimiter limiter = new CommandLimiter(1_000, 1_000, System::nanoTime);
    TokenVerifier tokens = _ -> ann();
    VoiceCommands commands =
        new VoiceCommands(
            new PresenceService(store, gate),
            gate,
            new LiveSockets(store, rooms::lastSeen, System::nanoTime),
            tokens,
            limiter,
            10);
    return new VoiceNamespace(tokens, limiter, rooms, commands);
  }

  private static Identity ann() {
    return new Identity(
        new UserId("ann"),
        "ann",
        Optional.empty(),
        Optional.empty(),
        Instant.now().plusSeconds(3_600),
        Map.of());
  }
}
