package io.voicepresence.presence;

/** What came of a leave. */
public sealed interface LeaveOutcome {

  /** The user is out, and everybody was told. */
  record Left(VoicePresenceUser user, long version) implements LeaveOutcome {}

  /** The user was not in the channel; nothing changed. */
  record Absent() implements LeaveOutcome {}
}
