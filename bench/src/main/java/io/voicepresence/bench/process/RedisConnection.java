package io.voicepresence.bench.process;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A connection to Redis that says little: inline commands, and answers that are one line or one
 * bulk string. It must not add commands of its own to what is counted, as a client library would.
 */
public final class RedisConnection implements AutoCloseable {
  private final Socket socket = new Socket();
  private final InputStream in;

  public RedisConnection(InetSocketAddress address) {
    try {
      socket.connect(address, 2000);
      in = new BufferedInputStream(socket.getInputStream());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Sends a command of plain words; the answer as text. */
  public String call(String command) {
    try {
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
      String first = line();
      if (first.startsWith("-")) {
        throw new IllegalStateException(first);
      }
      if (!first.startsWith("$")) {
        return first.substring(1);
      }
      int length = Integer.parseInt(first.substring(1));
      String text = new String(in.readNBytes(length), StandardCharsets.UTF_8);
      var _ = line();
      return text;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** The next line that the server sends without being asked, as MONITOR has it. */
  public String line() {
    try {
      StringBuilder line = new StringBuilder();
      for (int next = in.read(); next != '\n'; next = in.read()) {
        if (next < 0) {
          throw new IOException("Redis closed the connection");
        }
        line.append((char) next);
      }
      return line.toString().stripTrailing();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
