package io.voicepresence.channel.fixed;

import io.voicepresence.channel.Permission;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * One channel of the configuration file.
 *
 * @param name the channel's name for people
 * @param userLimit how many users it takes, at least 1; empty: no limit
 * @param members user id, or {@link #EVERYONE}, to the rights given there
 */
public record FixedChannel(
    Optional<String> name, OptionalInt userLimit, Map<String, Set<Permission>> members) {

  /** The member that stands for every user with a valid token. */
  public static final String EVERYONE = "*";

  public FixedChannel {
    members = Map.copyOf(members);
  }
}
