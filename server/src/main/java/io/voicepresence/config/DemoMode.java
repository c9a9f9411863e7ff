package io.voicepresence.config;

import io.voicepresence.auth.KeySource;
import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.Permission;
import io.voicepresence.channel.fixed.FixedChannel;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import javax.crypto.spec.SecretKeySpec;

/** What {@code --demo} sets: nothing in it may be reached from another machine. */
final class DemoMode {
  static final String HOST = "127.0.0.1";
  static final Map<ChannelId, FixedChannel> CHANNELS = channels();

  private static final int KEY_BYTES = 32;

  /** Written out, so that no name server decides what loopback is. */
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.\\d{1,3}){3}|::1|\\[::1]");

  private DemoMode() {}

  static boolean isLoopback(String host) {
    return LOOPBACK.matcher(host).matches();
  }

  static KeySource randomKey() {
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    return new KeySource.SharedSecret(new SecretKeySpec(key, "HmacSHA256"));
  }

  private static Map<ChannelId, FixedChannel> channels() {
    Map<ChannelId, FixedChannel> channels = new LinkedHashMap<>();
    add(channels, "lounge", "Lounge", OptionalInt.empty());
    add(channels, "music", "Music", OptionalInt.empty());
    add(channels, "gaming", "Gaming", OptionalInt.of(3));
    add(channels, "standup", "Standup", OptionalInt.empty());
    add(channels, "quiet-corner", "Quiet corner", OptionalInt.empty());
    return Collections.unmodifiableMap(channels);
  }

  private static void add(
      Map<ChannelId, FixedChannel> channels, String id, String name, OptionalInt userLimit) {
    channels.put(
        new ChannelId(id),
        new FixedChannel(
            Optional.of(name), userLimit, Map.of(FixedChannel.EVERYONE, Set.of(Permission.JOIN))));
  }
}
