package io.voicepresence.config;

import java.util.Locale;
import java.util.Optional;

/**
 * One row of the table of options.
 *
 * @param name the environment variable
 * @param group under which heading it is shown
 * @param defaultText the value when nothing is set, as one would write it; empty: none
 * @param meaning for people, one or two sentences
 * @param disclosure whether errors may show the value
 * @param availability whether this version knows what to do with it
 * @param type how its text is read
 */
record Option<T>(
    String name,
    Group group,
    Optional<String> defaultText,
    String meaning,
    Disclosure disclosure,
    Availability availability,
    ValueType<T> type) {

  /** The headings, in the order to show them. */
  enum Group {
    SERVER("Server"),
    KEYS("Who is calling: set exactly one of JWT_SECRET, JWT_JWKS_URL, JWT_PUBLIC_KEY"),
    PRESENCE("Presence"),
    ACCESS("Who may enter which channel"),
    LIMITS("Limits"),
    LOGGING("Logging"),
    REDIS("Redis"),
    LIVEKIT("LiveKit");

    private final String title;

    Group(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  enum Disclosure {
    SHOWN,
    SECRET
  }

  enum Availability {
    AVAILABLE,
    /** Named by the documentation, but refused so that nobody believes that it works. */
    NOT_IN_THIS_VERSION
  }

  static <T> Option<T> of(
      String name, Group group, String defaultText, ValueType<T> type, String meaning) {
    return new Option<>(
        name,
        group,
        Optional.of(defaultText),
        meaning,
        Disclosure.SHOWN,
        Availability.AVAILABLE,
        type);
  }

  static <T> Option<T> withoutDefault(String name, Group group, ValueType<T> type, String meaning) {
    return new Option<>(
        name, group, Optional.empty(), meaning, Disclosure.SHOWN, Availability.AVAILABLE, type);
  }

  static Option<String> notInThisVersion(String name, Group group, String meaning) {
    return new Option<>(
        name,
        group,
        Optional.empty(),
        meaning,
        Disclosure.SECRET,
        Availability.NOT_IN_THIS_VERSION,
        ValueTypes.text());
  }

  Option<T> secret() {
    return new Option<>(name, group, defaultText, meaning, Disclosure.SECRET, availability, type);
  }

  /** The key of this option in the configuration file. */
  String fileKey() {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
