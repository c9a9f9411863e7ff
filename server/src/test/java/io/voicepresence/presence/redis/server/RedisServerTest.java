package io.voicepresence.presence.redis.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RedisServerTest {
  @Test
  void answersEveryKindOfReply() {
    try (RedisServer server = RedisServer.start()) {
      assertThat(server.command("SET", "a", "ü")).isEqualTo("OK");
      assertThat(server.command("GET", "a")).isEqualTo("ü");
      assertThat(server.command("GET", "b")).isEqualTo(Optional.empty());
      assertThat(server.command("SADD", "s", "x")).isEqualTo(1L);
      assertThat(server.command("SMEMBERS", "s")).isEqualTo(List.of("x"));
      assertThatThrownBy(() -> server.command("GET", "s")).hasMessageContaining("WRONGTYPE");
    }
  }

  @Test
  void isEmptyOnTheSamePortAfterARestart() {
    try (RedisServer server = RedisServer.start()) {
      server.command("SET", "a", "1");
      server.restart();
      assertThat(server.command("DBSIZE")).isEqualTo(0L);
    }
  }

  @Test
  void saysNothingWhileItIsFrozenAndGoesOnAfterwards() throws IOException {
    try (RedisServer server = RedisServer.start()) {
      server.suspend();
      try (RespConnection connection = new RespConnection(server.port(), 200)) {
        assertThatThrownBy(() -> connection.call("PING"))
            .isInstanceOf(SocketTimeoutException.class);
      }
      server.resume();
      assertThat(server.command("PING")).isEqualTo("PONG");
    }
  }

  @Test
  void isGoneWithItsDirectoryWhenItIsClosed() {
    RedisServer server = RedisServer.start();
    server.suspend();
    server.close();
    assertThat(server.isRunning()).isFalse();
    assertThat(server.directory()).doesNotExist();
    assertThatThrownBy(server::connect).isInstanceOf(IOException.class);
  }

  @Test
  void takesOptions() {
    try (RedisServer server = RedisServer.start("--requirepass", "secret")) {
      assertThatThrownBy(() -> server.command("GET", "a")).hasMessageContaining("NOAUTH");
    }
  }
}
