package io.voicepresence;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.voicepresence.auth.TokenIssuer;
import io.voicepresence.channel.UserId;
import io.voicepresence.config.CommandLineResult;
import io.voicepresence.config.StartCommand;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * How many bytes the whole server allocates for a request, over all of its threads. Less noisy than
 * time, and what grows here grows there. The bounds are a fifth above what was measured.
 */
class AllocationTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final int WARM_UP = 3_000;
  private static final int REQUESTS = 3_000;
  private static final int USERS = 10;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static Application server;
  private static Socket socket;
  private static final byte[] answer = new byte[64 * 1024];

  @BeforeAll
  static void start() throws IOException {
    Map<String, String> settings =
        Map.of(
            "PORT", "0",
            "HOST", "127.0.0.1",
            "JWT_SECRET", SECRET,
            "CHANNEL_ACCESS", "open",
            "COMMAND_RATE", "1000000",
            "COMMAND_BURST", "1000000");
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    server =
        switch (StartCommand.parse(new String[0], settings, nowhere, nowhere)) {
          case CommandLineResult.Run(var run) -> Application.start(run);
          case CommandLineResult.Exit exit -> throw new AssertionError(exit);
        };
    socket = new Socket(InetAddress.getLoopbackAddress(), server.uri().getPort());
    socket.setTcpNoDelay(true);
    for (int user = 0; user < USERS; user++) {
      send(request("POST", "/voice-presence/lounge/join", user));
    }
  }

  @AfterAll
  static void stop() throws IOException {
    socket.close();
    server.close();
  }

  @Test
  void aJoin() throws IOException {
    assertThat(bytesEach(request("POST", "/voice-presence/lounge/join", 0)))
        .isBetween(1_000L, 25_000L);
  }

  @Test
  void aChannelOfTenUsers() throws IOException {
    assertThat(bytesEach(request("GET", "/voice-presence/lounge", 0))).isBetween(1_000L, 23_000L);
  }

  private static long bytesEach(byte[] request) throws IOException {
    send(request, WARM_UP);
    long before = THREADS.getTotalThreadAllocatedBytes();
    send(request, REQUESTS);
    return (THREADS.getTotalThreadAllocatedBytes() - before) / REQUESTS;
  }

  private static byte[] request(String method, String path, int user) {
    String id = "user" + user;
    String token =
        new TokenIssuer(
                new SecretKeySpec(SECRET.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"),
                Clock.systemUTC())
            .issue(new UserId(id), "User " + user, Duration.ofHours(1));
    return (method
            + " "
            + path
            + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nAuthorization: Bearer "
            + token
            + "\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static void send(byte[] request, int times) throws IOException {
    for (int i = 0; i < times; i++) {
      send(request);
    }
  }

  /** Allocates next to nothing itself. */
  private static void send(byte[] request) throws IOException {
    socket.getOutputStream().write(request);
    InputStream in = socket.getInputStream();
    int length = 0;
    do {
      length += in.read(answer, length, answer.length - length);
    } while (!isWhole(length));
    assertThat(answer[9]).isEqualTo((byte) '2');
  }

  /** Every answer here is an object, whose last brace is the last byte. */
  private static boolean isWhole(int length) {
    int open = 0;
    for (int i = 0; i < length; i++) {
      open += answer[i] == '{' ? 1 : answer[i] == '}' ? -1 : 0;
    }
    return open == 0 && answer[length - 1] == '}';
  }
}
