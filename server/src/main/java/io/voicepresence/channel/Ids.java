package io.voicepresence.channel;

/**
 * The alphabet of identifiers: 1 to 128 characters, none of which can break a store's key or a log
 * line.
 */
final class Ids {
  static final int MAX_LENGTH = 128;

  private Ids() {}

  /**
   * Whether {@code text} is 1 to 128 of {@code A-Z a-z 0-9 . _ ~ @ -} or of {@code alsoAllowed}.
   */
  static boolean wellFormed(String text, String alsoAllowed) {
    int length = text.length();
    if (length == 0 || length > MAX_LENGTH) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (!isPlain(c) && alsoAllowed.indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '_'
        || c == '~'
        || c == '@'
        || c == '-';
  }
}
