package io.voicepresence.presence;

/** What came of a state update. */
public sealed interface UpdateOutcome {

  /** The flags are set, and everybody was told, even where none of them changed. */
  record Updated(VoicePresenceUser user, VoiceStateUpdate updates, long version)
      implements UpdateOutcome {}

  /** The user is not in the channel; nothing was created. */
  record Absent() implements UpdateOutcome {}
}
