package io.voicepresence.config;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong, so that one start shows all of it. */
final class Problems {
  private static final int MAX_SHOWN = 80;

  private final List<String> lines = new ArrayList<>();

  void add(String line) {
    lines.add(line);
  }

  /**
   * @param source where the value stands, such as the name of a variable
   * @param wanted what is allowed there
   */
  void wrong(String source, String value, String wanted) {
    add(source + "=" + shown(value) + " is wrong: it must be " + wanted);
  }

  /** As {@link #wrong}, for a value that must not be shown. */
  void wrongSecret(String source, String wanted) {
    add(source + " is wrong: it must be " + wanted);
  }

  void throwIfAny() throws WrongSettingsException {
    if (!lines.isEmpty()) {
      throw new WrongSettingsException(lines);
    }
  }

  /** One line of bounded length, without control characters and without the password of a URL. */
  static String shown(String value) {
    // Before it is cut, or the @ that ends a password might be gone.
    String open = value.replaceAll("//.*@", "//***@").replaceAll("[\\p{Cntrl}\\u2028\\u2029]", "?");
    return open.length() > MAX_SHOWN ? open.substring(0, MAX_SHOWN) + "..." : open;
  }
}
