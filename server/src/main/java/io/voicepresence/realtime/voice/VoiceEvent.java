package io.voicepresence.realtime.voice;

import java.util.Optional;

/** What a client may ask over its socket. */
enum VoiceEvent {
  SUBSCRIBE,
  UNSUBSCRIBE,
  JOIN,
  LEAVE,
  UPDATE_STATE,
  REFRESH,
  REFRESH_AUTH,
  /** An older name for subscribing to one channel. */
  JOIN_ROOM,
  /** An older name for unsubscribing from one channel. */
  LEAVE_ROOM;

  /** The event of that name or alias, or empty for any other. */
  static Optional<VoiceEvent> ofName(String name) {
    return switch (name) {
      case "VOICE_CHANNEL_SUBSCRIBE" -> Optional.of(SUBSCRIBE);
      case "VOICE_CHANNEL_UNSUBSCRIBE" -> Optional.of(UNSUBSCRIBE);
      case "VOICE_CHANNEL_JOIN", "voice_channel_join" -> Optional.of(JOIN);
      case "VOICE_CHANNEL_LEAVE", "voice_channel_leave" -> Optional.of(LEAVE);
      case "VOICE_STATE_UPDATE", "voice_state_update" -> Optional.of(UPDATE_STATE);
      case "VOICE_PRESENCE_REFRESH", "voice_presence_refresh" -> Optional.of(REFRESH);
      case "AUTH_REFRESH" -> Optional.of(REFRESH_AUTH);
      case "joinRoom" -> Optional.of(JOIN_ROOM);
      case "leaveRoom" -> Optional.of(LEAVE_ROOM);
      default -> Optional.empty();
    };
  }
}
