package io.voicepresence.auth;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.Permission;
import io.voicepresence.error.RequestException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The claim {@code voice}: {@code {"channels": {"<channelId or prefix*>": ["view", "join",
 * "moderate"]}}}. Whoever issues it means something by every word, so one that is not understood is
 * an error and never a right less or more.
 */
final class VoiceClaim {
  private VoiceClaim() {}

  /**
   * @param claim the claim as parsed from JSON, or null where the token has none
   * @throws RequestException {@code unauthenticated}, with what is wrong in the claim
   */
  static Map<String, Set<Permission>> grants(Object claim) {
    if (claim == null) {
      return Map.of();
    }
    if (!(claim instanceof Map<?, ?> voice)) {
      throw malformed("it is not an object");
    }
    Object channels = voice.get("channels");
    if (channels == null) {
      return Map.of();
    }
    if (!(channels instanceof Map<?, ?> entries)) {
      throw malformed("channels is not an object");
    }
    Map<String, Set<Permission>> grants = new LinkedHashMap<>();
    entries.forEach((pattern, words) -> grants.put(pattern((String) pattern), rights(words)));
    return grants;
  }

  private static String pattern(String pattern) {
    if (!ChannelId.isValidPattern(pattern)) {
      throw malformed("a key of channels is neither a channel id nor a prefix followed by *");
    }
    return pattern;
  }

  private static Set<Permission> rights(Object words) {
    if (!(words instanceof List<?> list)) {
      throw malformed("the rights of a channel are not a list");
    }
    Set<Permission> rights = EnumSet.noneOf(Permission.class);
    for (Object word : list) {
      Permission right =
          Permission.ofWireName(word instanceof String name ? name : "")
              .orElseThrow(() -> malformed("a right is none of view, join, moderate"));
      rights.addAll(right.withIncluded());
    }
    return rights;
  }

  private static RequestException malformed(String what) {
    return RequestException.unauthenticated("The token's claim voice is malformed: " + what);
  }
}
