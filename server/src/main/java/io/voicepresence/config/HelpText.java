package io.voicepresence.config;

import io.voicepresence.config.Option.Group;
import java.util.ArrayList;
import java.util.List;

/** The table of options as {@code --help} shows it. */
final class HelpText {

  /** In columns. */
  static final int WIDTH = 100;

  private static final int MEANING_COLUMN = 31;

  private HelpText() {}

  /** All options by group, with default and meaning. */
  static String options() {
    StringBuilder text = new StringBuilder();
    text.append(
        """

        Environment variables (an empty one counts as not set). Durations take ms, s, m or h (300s);
        sizes take B, KiB, MiB or GiB (64KiB).
        """);
    for (Group group : Group.values()) {
      text.append("\n").append(group.title()).append(":\n");
      Options.ALL.stream().filter(o -> o.group() == group).forEach(o -> append(text, o));
    }
    return text.toString();
  }

  private static void append(StringBuilder text, Option<?> option) {
    String name = "  " + option.name();
    for (String line : wrapped(meaning(option), WIDTH - MEANING_COLUMN)) {
      text.append(name).repeat(' ', MEANING_COLUMN - name.length()).append(line).append("\n");
      name = "";
    }
  }

  private static String meaning(Option<?> option) {
    return switch (option.availability()) {
      case AVAILABLE ->
          option.meaning() + option.defaultText().map(d -> " Default: " + d + ".").orElse("");
      case NOT_IN_THIS_VERSION -> option.meaning() + " Not available in this version.";
    };
  }

  private static List<String> wrapped(String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
