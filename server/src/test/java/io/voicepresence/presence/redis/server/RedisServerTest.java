package io.voicepresence.presence.redis.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
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

  @Test
  void speaksTls() throws Exception {
    try (RedisServer server = RedisServer.startTls()) {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      try (InputStream pem = Files.newInputStream(server.certificate())) {
        trusted.setCertificateEntry(
            "server", CertificateFactory.getInstance("X.509").generateCertificate(pem));
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(null, trust.getTrustManagers(), null);
      URI address = URI.create(server.tlsUrl());
      try (Socket socket =
          tls.getSocketFactory().createSocket(address.getHost(), address.getPort())) {
        socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().readNBytes(7)).asString().isEqualTo("+PONG\r\n");
      }
    }
  }
}
