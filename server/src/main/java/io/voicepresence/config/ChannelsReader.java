package io.voicepresence.config;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.Permission;
import io.voicepresence.channel.UserId;
import io.voicepresence.channel.fixed.FixedChannel;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.yaml.snakeyaml.nodes.Node;

/** Reads {@code channels} of the configuration file. */
final class ChannelsReader {
  private static final List<String> KEYS = List.of("name", "user-limit", "members");
  private static final ValueType<Integer> USER_LIMIT = ValueTypes.count(1, 1_000_000);
  private static final int MAX_NAME_LENGTH = 100;

  private final YamlReader yaml;
  private final Problems problems;

  ChannelsReader(YamlReader yaml, Problems problems) {
    this.yaml = yaml;
    this.problems = problems;
  }

  Map<ChannelId, FixedChannel> read(Node node) {
    Map<ChannelId, FixedChannel> channels = new LinkedHashMap<>();
    yaml.mapping(node, "channels")
        .forEach(
            (id, channel) -> {
              if (ChannelId.isValid(id)) {
                channels.put(new ChannelId(id), channel("channels." + id, channel));
              } else {
                problems.add(
                    "channels has the key "
                        + Problems.shown(id)
                        + ": it must be a channel id, 1 to 128 characters of A-Z a-z 0-9 . _ ~ @ -"
                        + " and not me");
              }
            });
    return channels;
  }

  private FixedChannel channel(String where, Node node) {
    Map<String, Node> entries = yaml.mapping(node, where);
    entries.keySet().stream()
        .filter(key -> !KEYS.contains(key))
        .forEach(
            key ->
                problems.add(
                    "Unknown key %s in %s: it must be one of %s"
                        .formatted(Problems.shown(key), where, String.join(", ", KEYS))));
    return new FixedChannel(
        value(entries, "name", where).flatMap(name -> name(where, name)),
        userLimit(where, value(entries, "user-limit", where)),
        Optional.ofNullable(entries.get("members"))
            .map(members -> members(where + ".members", members))
            .orElseGet(Map::of));
  }

  private Optional<String> value(Map<String, Node> entries, String key, String where) {
    return Optional.ofNullable(entries.get(key))
        .flatMap(node -> yaml.scalar(node, where + "." + key));
  }

  private Optional<String> name(String where, String name) {
    boolean oneLine = name.chars().noneMatch(Character::isISOControl);
    if (name.isBlank() || name.length() > MAX_NAME_LENGTH || !oneLine) {
      problems.wrong(where + ".name", name, "a text of 1 to 100 characters in one line");
      return Optional.empty();
    }
    return Optional.of(name);
  }

  private OptionalInt userLimit(String where, Optional<String> text) {
    if (text.isPresent()) {
      try {
        return OptionalInt.of(USER_LIMIT.parse(text.get()));
      } catch (WrongValueException e) {
        problems.wrong(where + ".user-limit", text.get(), e.getMessage());
      }
    }
    return OptionalInt.empty();
  }

  private Map<String, Set<Permission>> members(String where, Node node) {
    Map<String, Set<Permission>> members = new LinkedHashMap<>();
    yaml.mapping(node, where)
        .forEach(
            (member, words) -> {
              if (!member.equals(FixedChannel.EVERYONE) && !UserId.isValid(member)) {
                problems.add(
                    where
                        + " has the key "
                        + Problems.shown(member)
                        + ": it must be a user id or *");
              }
              members.put(member, rights(where + "." + Problems.shown(member), words));
            });
    return members;
  }

  private Set<Permission> rights(String where, Node words) {
    Set<Permission> rights = EnumSet.noneOf(Permission.class);
    for (String word : yaml.sequence(words, where)) {
      Permission.ofWireName(word)
          .ifPresentOrElse(
              rights::add, () -> problems.wrong(where, word, "one of view, join, moderate"));
    }
    return rights;
  }
}
