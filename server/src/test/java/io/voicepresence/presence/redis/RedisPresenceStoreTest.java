package io.voicepresence.presence.redis;

import io.voicepresence.presence.PresenceStoreContract;
import io.voicepresence.presence.StoreClock;
import io.voicepresence.presence.redis.server.RedisServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** The contract of every store, on a real Redis. */
class RedisPresenceStoreTest extends PresenceStoreContract {
  private static RedisServer server;

  private final List<OneServerCommands> opened = new ArrayList<>();

  @BeforeAll
  static void startServer() {
    server = RedisServer.start();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @AfterEach
  void closeConnections() {
    opened.forEach(OneServerCommands::close);
  }

  @Override
  protected Wired wire(StoreClock clock) {
    server.command("FLUSHALL");
    OneServerCommands commands = new OneServerCommands(server.url());
    opened.add(commands);
    ClockedCommands clocked = new ClockedCommands(commands, clock);
    RedisScripts scripts = UnheldScripts.on(clocked, SETTINGS, ClockedCommands::onTestClock);
    PlainFeed feed = new PlainFeed(commands);
    return new Wired(new RedisPresenceStore(clocked, scripts, SETTINGS), feed, feed::settle);
  }
}
