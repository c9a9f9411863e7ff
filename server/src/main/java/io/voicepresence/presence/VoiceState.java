package io.voicepresence.presence;

/**
 * All flags of one user in one channel, as bits so that a state is one small object.
 *
 * @param bits a set bit for each {@link VoiceFlag} that is on
 */
public record VoiceState(int bits) {
  /** What a join starts with: everything off. */
  public static final VoiceState INITIAL = new VoiceState(0);

  public boolean has(VoiceFlag flag) {
    return (bits & flag.bit()) != 0;
  }

  /** This state with what {@code update} names replaced, and the rest kept. */
  public VoiceState with(VoiceStateUpdate update) {
    return new VoiceState((bits & ~update.named()) | update.values());
  }
}
