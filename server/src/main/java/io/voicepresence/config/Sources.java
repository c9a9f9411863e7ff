package io.voicepresence.config;

import io.voicepresence.config.Option.Availability;
import io.voicepresence.config.Option.Disclosure;
import java.util.Map;
import java.util.Optional;

/** Where the values of the options stand: the environment, which wins, and the file. */
final class Sources {
  private final Map<String, String> environment;
  private final Map<String, String> file;
  private final Problems problems;

  /**
   * @param environment by the options' names
   * @param file by the options' keys in the file
   */
  Sources(Map<String, String> environment, Map<String, String> file, Problems problems) {
    this.environment = environment;
    this.file = file;
    this.problems = problems;
  }

  /** Whether the option has a value other than its default. An empty text is no value. */
  boolean isSet(Option<?> option) {
    return written(option).isPresent();
  }

  /** The value, or the default where the option is not set, or where its value is a problem. */
  <T> T get(Option<T> option) {
    return find(option).orElseGet(() -> defaultOf(option));
  }

  /** The value; empty where the option is not set, or where its value is a problem. */
  <T> Optional<T> find(Option<T> option) {
    Optional<String> text = written(option);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(option.type().parse(text.get()));
    } catch (WrongValueException e) {
      if (option.disclosure() == Disclosure.SECRET) {
        problems.wrongSecret(source(option), e.getMessage());
      } else {
        problems.wrong(source(option), text.get(), e.getMessage());
      }
      return Optional.empty();
    }
  }

  /** Refuses an option that this version knows by name only. */
  void refuseIfUnavailable(Option<?> option) {
    if (option.availability() == Availability.NOT_IN_THIS_VERSION && isSet(option)) {
      problems.add(source(option) + " is set, but is not available in this version: remove it");
    }
  }

  /** The option's name, and where it stands if that is not the environment. */
  String source(Option<?> option) {
    return inEnvironment(option).isPresent() ? option.name() : option.name() + " (in the file)";
  }

  private Optional<String> written(Option<?> option) {
    return inEnvironment(option)
        .or(() -> Optional.ofNullable(file.get(option.fileKey())).map(String::strip))
        .filter(text -> !text.isEmpty());
  }

  private Optional<String> inEnvironment(Option<?> option) {
    return Optional.ofNullable(environment.get(option.name()))
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  private static <T> T defaultOf(Option<T> option) {
    try {
      return option.type().parse(option.defaultText().orElseThrow());
    } catch (WrongValueException e) {
      throw new IllegalStateException("The default of " + option.name() + " is wrong", e);
    }
  }
}
