package io.voicepresence.presence.redis;

import io.voicepresence.presence.PresenceSettings;
import java.time.Duration;
import java.util.function.Function;

/** Scripts whose sweeps do not wait for nodes that do not exist. */
final class UnheldScripts {
  private UnheldScripts() {}

  static RedisScripts on(RedisCommands commands, PresenceSettings settings) {
    return on(commands, settings, Function.identity());
  }

  static RedisScripts on(
      RedisCommands commands,
      PresenceSettings settings,
      Function<RedisScript, RedisScript> variant) {
    return new RedisScripts(
        commands,
        settings,
        System::nanoTime,
        variant,
        new RecentOutages(System::nanoTime, Duration.ZERO));
  }
}
