package io.voicepresence.realtime.room;

import io.voicepresence.json.PresenceJson;
import io.voicepresence.presence.PresenceEvent;
import io.voicepresence.realtime.engineio.OutboundFrame;
import io.voicepresence.realtime.socketio.SocketIoFrames;
import java.nio.charset.StandardCharsets;

/** Turns an event into the Socket.IO packet that subscribers get, once for all of them. */
public final class EventEncoder {
  private static final String NAMESPACE = "/";
  private static final byte[] END = {']'};

  private final byte[] joined;
  private final byte[] left;
  private final byte[] updated;

  private EventEncoder(String joined, String left, String updated) {
    this.joined = arrayStart(joined);
    this.left = arrayStart(left);
    this.updated = arrayStart(updated);
  }

  /** With the names in upper case and underscores. */
  public static EventEncoder constantNames() {
    return new EventEncoder(
        "VOICE_CHANNEL_USER_JOINED", "VOICE_CHANNEL_USER_LEFT", "VOICE_CHANNEL_USER_UPDATED");
  }

  /** With the names that Semaphore's clients listen to. */
  public static EventEncoder semaphoreNames() {
    return new EventEncoder(
        "voiceChannelUserJoined", "voiceChannelUserLeft", "voiceChannelUserUpdated");
  }

  /**
   * The packet of an event, for the caller to release.
   *
   * @param user the event's user as JSON
   */
  OutboundFrame encode(PresenceEvent event, byte[] user) {
    byte[] start =
        switch (event) {
          case PresenceEvent.UserJoined _ -> joined;
          case PresenceEvent.UserLeft _ -> left;
          case PresenceEvent.UserUpdated _ -> updated;
        };
    return SocketIoFrames.event(NAMESPACE, start, PresenceJson.event(event, user), END);
  }

  private static byte[] arrayStart(String name) {
    return ("[\"" + name + "\",").getBytes(StandardCharsets.US_ASCII);
  }
}
