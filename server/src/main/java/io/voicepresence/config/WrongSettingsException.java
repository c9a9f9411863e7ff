package io.voicepresence.config;

import java.util.List;

/** Settings with which the server must not start. */
public final class WrongSettingsException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<String> lines;

  WrongSettingsException(List<String> lines) {
    super(String.join(System.lineSeparator(), lines), null, false, false);
    this.lines = List.copyOf(lines);
  }

  /** One line for each thing that is wrong, in the order of the table of options; no secrets. */
  public List<String> lines() {
    return lines;
  }
}
