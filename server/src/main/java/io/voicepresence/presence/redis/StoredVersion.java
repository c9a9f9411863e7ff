package io.voicepresence.presence.redis;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code version.lua} keeps of a channel: {@code <version> <since> <lineage>}. */
final class StoredVersion {
  private static final Pattern VALUE = Pattern.compile("(\\d{1,18}) \\d+ \\p{XDigit}*");

  private StoredVersion() {}

  /** The version; 0 where the value is none, as the scripts read it. */
  static long parse(String value) {
    Matcher stored = VALUE.matcher(value);
    return stored.matches() ? Long.parseLong(stored.group(1)) : 0;
  }
}
