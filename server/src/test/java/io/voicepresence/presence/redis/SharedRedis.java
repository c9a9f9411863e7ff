package io.voicepresence.presence.redis;

import io.voicepresence.presence.redis.server.RedisServer;
import io.voicepresence.presence.redis.server.RespConnection;
import java.io.IOException;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;


/** One server for all tests of scripts, which ends with the test run. */
final class SharedRedis implements BeforeAllCallback {
  private static final String KEY = "redis";

  /** The server, the product's way to it, and a plain one. */
  record Opened(RedisServer server, OneServerCommands commands, RespConnection plain)
      implements AutoCloseable {

    private static Opened open() {
      RedisServer server = RedisServer.start();
      try {
        return new Opened(server, new OneServerCommands(server.url()), server.connect());
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      commands.close();
      plain.close();
      server.close();
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    ScriptTest.redis =
        context
            .getRoot()
            .getStore(Namespace.create(SharedRedis.class))
            .getOrComputeIfAbsent(KEY, _ -> Opened.open(), Opened.class);
  }
}
