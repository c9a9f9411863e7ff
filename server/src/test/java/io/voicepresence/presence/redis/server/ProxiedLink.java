package io.voicepresence.presence.redis.server;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One connection through a {@link ChaosProxy}: a client's, and the one to the server for it. */
final class ProxiedLink {
  private static final int CHUNK = 64 * 1024;

  private final Socket client;
  private final Socket server;
  private final Faults faults;
  private volatile boolean subscribes;
  private volatile boolean lostReplies;

  ProxiedLink(Socket client, Socket server, Faults faults) {
    this.client = client;
    this.server = server;
    this.faults = faults;
  }

  /** Passes on until one side ends. */
  void run() throws IOException {
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    Thread requests = Thread.ofVirtual().start(() -> pump(client, server, true));
    pump(server, client, false);
    try {
      requests.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  boolean subscribes() {
    return subscribes;
  }

  boolean lostReplies() {
    return lostReplies;
  }

  void reset() {
    try {
      // Closing with a linger of zero sends RST in place of FIN.
      client.setSoLinger(true, 0);
      server.setSoLinger(true, 0);
      client.close();
      server.close();
    } catch (IOException _) {
      // It has ended by itself.
    }
  }

  void halfClose() {
    try {
      client.shutdownOutput();
    } catch (IOException _) {
      // It has ended by itself.
    }
  }

  private void pump(Socket from, Socket to, boolean requests) {
    byte[] chunk = new byte[CHUNK];
    try {
      for (int length = from.getInputStream().read(chunk);
          length > 0;
          length = from.getInputStream().read(chunk)) {
        if (requests) {
          noteSubscription(chunk, length);
        }
        faults.pass(this);
        int allowed = requests ? length : faults.takeAllowance(length);
        lostReplies |= allowed < length;
        if (allowed > 0 && !to.isOutputShutdown()) {
          to.getOutputStream().write(chunk, 0, allowed);
        }
      }
      to.shutdownOutput();
    } catch (IOException | InterruptedException _) {
      reset();
    }
  }

  private void noteSubscription(byte[] chunk, int length) {
    // Also SSUBSCRIBE and PSUBSCRIBE; the client under test writes commands in upper case.
    subscribes |=
        new String(chunk, 0, length, StandardCharsets.ISO_8859_1).contains("SUBSCRIBE\r\n");
  }
}
