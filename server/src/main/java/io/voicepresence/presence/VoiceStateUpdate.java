package io.voicepresence.presence;

/**
 * A partial change: some flags named, each with its new value.
 *
 * @param named a set bit for each flag that the update names
 * @param values the new values; only named bits may be set
 */
public record VoiceStateUpdate(int named, int values) {
  /** Names no flag; the start for {@link #and}. */
  public static final VoiceStateUpdate NONE = new VoiceStateUpdate(0, 0);

  public VoiceStateUpdate {
    if ((values & ~named) != 0) {
      throw new IllegalArgumentException("a value without its flag being named");
    }
  }

  /** This update with {@code flag} set to {@code value} too; the last word on a flag counts. */
  public VoiceStateUpdate and(VoiceFlag flag, boolean value) {
    return new VoiceStateUpdate(
        named | flag.bit(), value ? values | flag.bit() : values & ~flag.bit());
  }

  public boolean isEmpty() {
    return named == 0;
  }

  public boolean names(VoiceFlag flag) {
    return (named & flag.bit()) != 0;
  }

  /** The new value of a flag that is {@linkplain #names named}. */
  public boolean value(VoiceFlag flag) {
    return (values & flag.bit()) != 0;
  }
}
