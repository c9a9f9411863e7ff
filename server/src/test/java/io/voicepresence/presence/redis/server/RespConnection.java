package io.voicepresence.presence.redis.server;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A plain connection to a Redis that speaks RESP2, so that fixtures do not depend on the client
 * that is under test.
 */
public final class RespConnection implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  /**
   * Connects to a server on loopback.
   *
   * @param patienceMillis how long connecting, and each read, may take
   * @throws IOException if nobody answers there
   */
  public RespConnection(int port, int patienceMillis) throws IOException {
    socket = new Socket();
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), patienceMillis);
    socket.setSoTimeout(patienceMillis);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  /**
   * Calls a command and waits for its reply.
   *
   * @return a String, a Long, a List of these, or an empty Optional for a null
   * @throws RespError if the server answers with an error
   * @throws IOException if the connection fails, or the server says nothing for too long
   */
  public Object call(String... command) throws IOException {
    send(command);
    return read();
  }

  /** Sends a command without waiting for its reply. */
  public void send(String... command) throws IOException {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(bytes("*" + command.length + "\r\n"));
    for (String word : command) {
      byte[] value = bytes(word);
      request.writeBytes(bytes("$" + value.length + "\r\n"));
      request.writeBytes(value);
      request.writeBytes(bytes("\r\n"));
    }
    out.write(request.toByteArray());
  }

  /**
   * Reads the next reply, or what a subscription brings.
   *
   * @throws SocketTimeoutException if there is none in time
   */
  public Object read() throws IOException {
    String line = line();
    String rest = line.substring(1);
    return switch (line.charAt(0)) {
      case '+' -> rest;
      case '-' -> throw new RespError(rest);
      case ':' -> Long.valueOf(rest);
      case '$' -> bulk(Integer.parseInt(rest));
      case '*' -> list(Integer.parseInt(rest));
      default -> throw new IOException("no RESP2: " + line);
    };
  }

  private Object bulk(int length) throws IOException {
    if (length < 0) {
      return Optional.empty();
    }
    byte[] value = in.readNBytes(length);
    if (value.length < length || in.skip(2) < 2) {
      throw new EOFException();
    }
    return new String(value, StandardCharsets.UTF_8);
  }

  private Object list(int length) throws IOException {
    if (length < 0) {
      return Optional.empty();
    }
    List<Object> elements = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      elements.add(read());
    }
    return elements;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException();
      }
      line.write(next);
    }
    return line.toString(StandardCharsets.UTF_8).stripTrailing();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException _) {
      // It is gone either way.
    }
  }

  /** An error that the server answered with. */
  public static final class RespError extends RuntimeException {
    RespError(String message) {
      super(message);
    }
  }
}
