package io.voicepresence.presence.redis;

import io.voicepresence.presence.redis.server.RedisServer;
import io.voicepresence.presence.redis.server.RespConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** One server for all tests of scripts, which ends with the test run. */
final class SharedRedis implements BeforeAllCallback {
  private static final String KEY = "redis";

  private static final AtomicReference<RespConnection> plain = new AtomicReference<>();

  /** A new plain connection in the place of one that was cut. */
  static void reconnect() {
    plain.getAndSet(connect(ScriptTest.redis.server())).close();
  }

  /** The server, the product's way to it, and a plain one. */
  record Opened(RedisServer server, OneServerCommands commands) implements AutoCloseable {

    private static Opened open() {
      RedisServer server = RedisServer.start();
      plain.set(connect(server));
      return new Opened(server, new OneServerCommands(server.url()));
    }

    RespConnection plain() {
      return plain.get();
    }

    @Override
    public void close() {
      commands.close();
      plain.get().close();
      server.close();
    }
  }

  private static RespConnection connect(RedisServer server) {
    try {
      return server.connect();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
