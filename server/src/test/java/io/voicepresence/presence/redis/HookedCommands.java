package io.voicepresence.presence.redis;

/** Named as on Cluster; what happens to a command, a test says. */
abstract class HookedCommands implements RedisCommands {
  private final RedisCommands commands;

  HookedCommands(RedisCommands commands) {
    this.commands = commands;
  }

  @Override
  public String serverOf(String key) {
    return commands.serverOf(key);
  }

  @Override
  public boolean clustered() {
    return true;
  }
}
