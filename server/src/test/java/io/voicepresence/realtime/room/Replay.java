package io.voicepresence.realtime.room;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadIoEventLoop;
import io.voicepresence.json.PresenceJson;
import io.voicepresence.presence.ChannelSnapshot;
import io.voicepresence.presence.VoicePresenceUser;
import io.voicepresence.realtime.engineio.FramePackets;
import io.voicepresence.realtime.engineio.OutboundFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * A client without any code for faults: it replays what it is sent, and objects where a version
 * does not rise or an event makes no sense.
 */
final class Replay implements Subscriber {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final EventLoop loop;
  private final Subscriptions subscriptions;
  private final Map<String, String> users = new TreeMap<>();
  private final List<String> events = new ArrayList<>();
  private final List<String> objections = new ArrayList<>();
  private long version = -1;

  Replay(EventLoop loop, Rooms rooms) {
    this.loop = loop;
    this.subscriptions = new Subscriptions(rooms, this);
  }

  Replay watch() {
    subscriptions.add(
        List.of(ScriptedStore.LOUNGE),
        views -> {
          show(views.getFirst());
          return OutboundFrame.text("430[]");
        });
    return this;
  }

  void end() {
    subscriptions.clear();
  }

  /** What came, as {@code JOINED ann}, without an objection. */
  List<String> events() {
    return inLoop(
        () -> {
          assertThat(objections).isEmpty();
          return List.copyOf(events);
        });
  }

  long version() {
    return inLoop(() -> version);
  }

  /** Whether this client shows whom the store has, in the same state. */
  boolean shows(ChannelSnapshot truth) {
    Map<String, String> expected = new TreeMap<>();
    for (VoicePresenceUser user : truth.users()) {
      expected.put(user.id().value(), new String(PresenceJson.user(user), StandardCharsets.UTF_8));
    }
    return inLoop(() -> users.equals(expected));
  }

  @Override
  public EventLoop eventLoop() {
    return loop;
  }

  @Override
  public void fail() {
    objections.add("disconnected");
  }

  @Override
  public void send(OutboundFrame frame) {
    for (String packet : FramePackets.of(frame)) {
      if (packet.startsWith("42")) {
        apply(read(packet.substring(2)));
      }
    }
  }

  private void show(RoomView view) {
    users.clear();
    version = view.version();
    for (byte[] user : view.users()) {
      String json = new String(user, StandardCharsets.UTF_8);
      users.put(read(json).get("id").asText(), json);
    }
  }

  private void apply(JsonNode event) {
    JsonNode payload = event.get(1);
    String id = payload.get("user").get("id").asText();
    String kind = event.get(0).asText().replace("VOICE_CHANNEL_USER_", "");
    long at = payload.get("version").asLong();
    boolean joins = kind.equals("JOINED");
    if (at <= version || joins == users.containsKey(id)) {
      objections.add("at " + version + " with " + users.keySet() + " came " + event);
    }
    version = at;
    events.add(kind + " " + id);
    if (kind.equals("LEFT")) {
      users.remove(id);
    } else {
      users.put(id, payload.get("user").toString());
    }
  }

  private <T> T inLoop(Callable<T> question) {
    try {
      // What waits for the end of a turn is there then.
      CompletableFuture<Void> turned = new CompletableFuture<>();
      loop.execute(
          () ->
              ((SingleThreadIoEventLoop) loop)
                  .executeAfterEventLoopIteration(() -> turned.complete(null)));
      turned.get();
      return loop.submit(question).get();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError(json, e);
    }
  }
}
