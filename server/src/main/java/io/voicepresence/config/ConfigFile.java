package io.voicepresence.config;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.fixed.FixedChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.yaml.snakeyaml.nodes.Node;

/**
 * What stands in the configuration file.
 *
 * @param values the options' texts by their keys in the file
 * @param channels the channels in the file's order; empty where the file has no such key
 */
record ConfigFile(Map<String, String> values, Optional<Map<ChannelId, FixedChannel>> channels) {
  private static final String CHANNELS = "channels";
  private static final int MAX_BYTES = 1024 * 1024;

  /** What may stand in the file: not the name of the file itself. */
  private static final List<String> KNOWN_KEYS =
      Stream.concat(
              Options.ALL.stream().filter(o -> !o.equals(Options.CONFIG_FILE)).map(Option::fileKey),
              Stream.of(CHANNELS))
          .toList();

  static ConfigFile none() {
    return new ConfigFile(Map.of(), Optional.empty());
  }

  /** Reads the file. What is wrong in it goes to {@code problems} and is left out. */
  static ConfigFile read(Path path, Problems problems) {
    try {
      return parse(TextFile.read(path, MAX_BYTES), problems);
    } catch (IOException e) {
      problems.wrong(
          Options.CONFIG_FILE.name(),
          path.toString(),
          "a readable UTF-8 text file of 1 MiB at most");
      return none();
    }
  }

  static ConfigFile parse(String text, Problems problems) {
    YamlReader yaml = new YamlReader(problems);
    Map<String, String> values = new LinkedHashMap<>();
    Optional<Map<ChannelId, FixedChannel>> channels = Optional.empty();
    for (Map.Entry<String, Node> entry : yaml.document(text).entrySet()) {
      String key = entry.getKey();
      if (key.equals(CHANNELS)) {
        channels = Optional.of(new ChannelsReader(yaml, problems).read(entry.getValue()));
      } else if (KNOWN_KEYS.contains(key)) {
        yaml.scalar(entry.getValue(), key).ifPresent(value -> values.put(key, value));
      } else {
        problems.add(unknown(key));
      }
    }
    return new ConfigFile(values, channels);
  }

  private static String unknown(String key) {
    return "Unknown key "
        + Problems.shown(key)
        + " in the configuration file"
        + Spelling.nearest(key, KNOWN_KEYS).map(near -> ": did you mean " + near + "?").orElse("");
  }
}
