package io.voicepresence.realtime;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** A client that can also say what no proper client says. Reads give up after ten seconds. */
public final class RawClient implements AutoCloseable {
  public static final int TEXT = 0x81;
  public static final int BINARY = 0x82;
  private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");
  private static final byte[] MASK = {1, 2, 3, 4};
  private final Socket socket;
  private final DataInputStream in;

  /** A frame of the server's; {@code first} holds FIN and opcode. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Frame(int first, byte[] payload) {
    public String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }

    public boolean isClose() {
      return (first & 0xF) == 8;
    }

    public int closeCode() {
      return ByteBuffer.wrap(payload).getShort() & 0xFFFF;
    }
  }

  public RawClient(int port) {
    try {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(10_000);
      in = new DataInputStream(socket.getInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An open WebSocket session; its handshake packet has been read. */
  public static RawClient webSocket(int port) {
    RawClient client = new RawClient(port).upgrade("/socket.io/?EIO=4&transport=websocket");
    if (!client.read().text().startsWith("0{")) {
      throw new AssertionError("no handshake packet");
    }
    return client;
  }

  /** A client in the main namespace. */
  public static RawClient connected(int port) {
    RawClient client = webSocket(port).send("40");
    String answer = client.readText();
    if (!answer.startsWith("40")) {
      throw new AssertionError("not connected: " + answer);
    }
    return client;
  }

  public RawClient upgrade(String target, String... headers) {
    write(upgradeRequest(target, headers));
    String head = readHead();
    if (!head.startsWith("HTTP/1.1 101")) {
      throw new AssertionError(head);
    }
    return this;
  }

  public static String upgradeRequest(String target, String... headers) {
    return "GET "
        + target
        + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n")
        + "\r\n";
  }

  /** The client's own port. */
  public int port() {
    return socket.getLocalPort();
  }

  public RawClient write(String text) {
    return write(text.getBytes(StandardCharsets.UTF_8));
  }

  public RawClient write(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes to a server that may well have closed already; false where that is known. */
  public boolean takes(String text) {
    try {
      write(text);
      return true;
    } catch (UncheckedIOException closed) {
      return false;
    }
  }

  public RawClient send(String text) {
    return write(frame(TEXT, text.getBytes(StandardCharsets.UTF_8)));
  }

  public RawClient send(byte[] bytes) {
    return write(frame(BINARY, bytes));
  }

  /** One masked frame. */
  public static byte[] frame(int first, byte[] payload) {
    ByteBuffer buffer = ByteBuffer.allocate(payload.length + 14).put((byte) first);
    if (payload.length < 126) {
      buffer.put((byte) (0x80 | payload.length));
    } else if (payload.length < 65_536) {
      buffer.put((byte) 0xFE).putShort((short) payload.length);
    } else {
      buffer.put((byte) 0xFF).putLong(payload.length);
    }
    buffer.put(MASK);
    for (int i = 0; i < payload.length; i++) {
      buffer.put((byte) (payload[i] ^ MASK[i % 4]));
    }
    byte[] frame = new byte[buffer.position()];
    buffer.flip().get(frame);
    return frame;
  }

  public Frame read() {
    try {
      int first = in.readUnsignedByte();
      int length = in.readUnsignedByte();
      if (length == 126) {
        length = in.readUnsignedShort();
      } else if (length == 127) {
        length = Math.toIntExact(in.readLong());
      }
      return new Frame(first, in.readNBytes(length));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next text message that is no ping; pings are answered. */
  public String readText() {
    while (true) {
      Frame frame = read();
      if (frame.isClose()) {
        throw new AssertionError("closed with " + frame.closeCode());
      }
      if (!frame.text().equals("2")) {
        return frame.text();
      }
      send("3");
    }
  }

  /** The code that the server closes with; what it says before is skipped. Then the end comes. */
  public int readClose() {
    while (true) {
      Frame frame = read();
      if (frame.isClose()) {
        awaitEnd();
        return frame.closeCode();
      }
    }
  }

  /** Reads until the server ends the connection. */
  public void awaitEnd() {
    try {
      while (in.read() >= 0) {
        // not what we wait for
      }
    } catch (java.net.SocketTimeoutException e) {
      throw new AssertionError("still open", e);
    } catch (IOException reset) {
      // an end as well
    }
  }

  public String readHead() {
    StringBuilder head = new StringBuilder();
    try {
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        if (next < 0) {
          throw new EOFException("ended after: " + head);
        }
        head.append((char) next);
      }
      return head.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything up to the end of the connection. */
  public void readRest(StringBuilder rest) {
    try {
      rest.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One HTTP answer, head and body. */
  public String readAnswer() {
    String head = readHead();
    var length = LENGTH.matcher(head);
    try {
      return length.find()
          ? head
              + new String(in.readNBytes(Integer.parseInt(length.group(1))), StandardCharsets.UTF_8)
          : head;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends RST instead of FIN. */
  public void reset() {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
