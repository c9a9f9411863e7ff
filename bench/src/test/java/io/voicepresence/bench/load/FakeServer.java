package io.voicepresence.bench.load;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A server with one channel that does to one of its sockets what a server must not do. It says just
 * enough Socket.IO for a crowd, and answers joins by HTTP.
 */
final class FakeServer implements AutoCloseable {
  /** What goes wrong with one event on one socket. */
  enum Fault {
    NONE,
    LOSE_ONE,
    LOSE_THE_LAST,
    DOUBLE_ONE,
    DOUBLE_THE_LAST,
    SWAP_TWO,
    WRONG_CHANNEL,
    REFUSE_ONE,
    CUT_OFF,

    /** From that event on each takes too long. */
    FALL_BEHIND
  }

  /** The event on which it goes wrong. */
  static final int FAULTY_EVENT = 20;

  private static final long SLOW_NANOS = Duration.ofMillis(50).toNanos();

  private final ServerSocket listener;
  private final Fault fault;
  private final int lastEvent;
  private final List<Socket> subscribers = new ArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private String withheld = "";
  private int events;

  /**
   * @param lastEvent the number of events that will be sent, where the fault is about the last
   */
  FakeServer(Fault fault, int lastEvent) throws IOException {
    this.fault = fault;
    this.lastEvent = lastEvent;
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::acceptAll);
  }

  InetSocketAddress address() {
    return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  private void acceptAll() {
    try {
      while (true) {
        Socket socket = listener.accept();
        socket.setTcpNoDelay(true);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException closed) {
      // That is how close() ends it.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      String head = head(in);
      if (head.startsWith("GET /socket.io/")) {
        write(
            socket, "HTTP/1.1 101 Switching Protocols\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        write(socket, frame("0{}"));
        while (true) {
          packet(socket, text(in));
        }
      }
      for (int user = 0; ; user++) {
        write(
            socket,
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".getBytes(StandardCharsets.US_ASCII));
        broadcast(
            "42[\"VOICE_CHANNEL_USER_JOINED\",{\"channelId\":\"c0000000\",\"user\":{\"id\":\"u%07d\"}}]"
                .formatted(1_000_000 + user));
        var _ = head(in);
      }
    } catch (IOException | UncheckedIOException gone) {
      // The client went away.
    }
  }

  private void packet(Socket socket, String text) {
    if (text.startsWith("40")) {
      write(socket, frame("40{}"));
      return;
    }
    boolean update = text.contains("\"VOICE_STATE_UPDATE\"");
    if (update) {
      String flags = text.substring(text.indexOf("\"isVideo"), text.lastIndexOf('}'));
      broadcast(
          "42[\"VOICE_CHANNEL_USER_UPDATED\",{\"channelId\":\"c0000000\",\"userId\":\"u0000000\",\"user\":{\"id\":\"u0000000\",%1$s},\"updates\":{%1$s}}]"
              .formatted(flags));
    } else {
      subscribe(socket);
    }
    boolean refused = update && fault == Fault.REFUSE_ONE && events == FAULTY_EVENT;
    write(socket, frame("430[{\"success\":" + !refused + "}]"));
  }

  private void subscribe(Socket socket) {
    lock.lock();
    try {
      subscribers.add(socket);
    } finally {
      lock.unlock();
    }
  }

  private void broadcast(String event) {
    lock.lock();
    try {
      events++;
      for (int i = 0; i < subscribers.size() - 1; i++) {
        write(subscribers.get(i), frame(event));
      }
      badly(subscribers.getLast(), event);
    } finally {
      lock.unlock();
    }
  }

  private void badly(Socket socket, String event) {
    if (events == (fault.name().endsWith("LAST") ? lastEvent : FAULTY_EVENT)) {
      switch (fault) {
        case LOSE_ONE, LOSE_THE_LAST -> {}
        case SWAP_TWO -> withheld = event;
        case DOUBLE_ONE, DOUBLE_THE_LAST -> {
          write(socket, frame(event));
          write(socket, frame(event));
        }
        case WRONG_CHANNEL -> write(socket, frame(event.replace("c0000000", "c0000001")));
        case CUT_OFF -> end(socket);
        case NONE, REFUSE_ONE, FALL_BEHIND -> write(socket, frame(event));
      }
      return;
    }
    if (fault == Fault.FALL_BEHIND && events > FAULTY_EVENT) {
      LockSupport.parkNanos(SLOW_NANOS);
    }
    write(socket, frame(event));
    if (!withheld.isEmpty()) {
      write(socket, frame(withheld));
      withheld = "";
    }
  }

  private static void end(Socket socket) {
    try {
      socket.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void write(Socket socket, byte[] bytes) {
    lock.lock();
    try {
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
    } catch (IOException gone) {
      // Its own thread will see that too.
    } finally {
      lock.unlock();
    }
  }

  private static byte[] frame(String text) {
    byte[] header =
        text.length() < 126
            ? new byte[] {(byte) 0x81, (byte) text.length()}
            : new byte[] {(byte) 0x81, 126, (byte) (text.length() >> 8), (byte) text.length()};
    byte[] frame = new byte[header.length + text.length()];
    System.arraycopy(header, 0, frame, 0, header.length);
    System.arraycopy(
        text.getBytes(StandardCharsets.US_ASCII), 0, frame, header.length, text.length());
    return frame;
  }

  private static String text(DataInputStream in) throws IOException {
    int type = in.readUnsignedByte();
    int length = in.readUnsignedByte() & 0x7F;
    if (length == 126) {
      length = in.readUnsignedShort();
    }
    int mask = in.readInt();
    if (type != 0x81 || mask != 0) {
      throw new IOException("not a text frame of the load: " + type);
    }
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private static String head(DataInputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    return head.toString();
  }
}
