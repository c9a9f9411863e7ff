package io.voicepresence.config;

/** How the server's Socket.IO events are named. */
public enum EventNames {
  /** {@code VOICE_CHANNEL_USER_JOINED}. */
  CONSTANT,
  /** {@code voiceChannelUserJoined}. */
  SEMAPHORE
}
