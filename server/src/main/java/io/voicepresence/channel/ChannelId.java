package io.voicepresence.channel;

import io.voicepresence.error.RequestException;

/**
 * The id of a voice channel: 1 to 128 characters of {@code A-Z a-z 0-9 . _ ~ @ -}, and not {@code
 * me}, which is a route of its own.
 */
public record ChannelId(String value) implements Comparable<ChannelId> {

  /**
   * @throws RequestException {@code invalid_request} when {@code value} is no channel id
   */
  public ChannelId {
    if (!isValid(value)) {
      throw RequestException.invalid(
          "A channel id is 1 to 128 characters of A-Z a-z 0-9 . _ ~ @ - and not \"me\"");
    }
  }

  public static boolean isValid(String value) {
    return Ids.wellFormed(value, "") && !value.equals("me");
  }

  /**
   * Whether {@code pattern} names channels: a channel id, or a prefix of ids followed by {@code *}
   * (alone: every channel).
   */
  public static boolean isValidPattern(String pattern) {
    if (!pattern.endsWith("*")) {
      return isValid(pattern);
    }
    String prefix = pattern.substring(0, pattern.length() - 1);
    return prefix.isEmpty() || Ids.wellFormed(prefix, "");
  }

  @Override
  public int compareTo(ChannelId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
