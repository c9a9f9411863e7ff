package io.voicepresence.presence;

/** What came of a join. */
public sealed interface JoinOutcome {

  /** The user is in the channel now, and everybody was told. */
  record Joined(VoicePresenceUser user, long version) implements JoinOutcome {}

  /** The user was in the channel already: state and {@code joinedAt} are kept, nobody was told. */
  record AlreadyPresent(VoicePresenceUser user, long version) implements JoinOutcome {}

  /** The channel takes no more users; nothing changed. */
  record Full(int userLimit) implements JoinOutcome {}

  /** The user is in as many channels as one may be; nothing changed. */
  record TooManyChannels(int limit) implements JoinOutcome {}
}
