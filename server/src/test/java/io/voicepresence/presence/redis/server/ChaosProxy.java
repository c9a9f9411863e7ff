package io.voicepresence.presence.redis.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A faulty network in front of a server: a TCP proxy on a port of its own. New connections come
 * under the fault that is set, too.
 */
public final class ChaosProxy implements AutoCloseable {
  private final int target;
  private final ServerSocket listener;
  private final List<ProxiedLink> links = new CopyOnWriteArrayList<>();
  private final Faults faults = new Faults();

  private ChaosProxy(int target, ServerSocket listener) {
    this.target = target;
    this.listener = listener;
  }

  /** Starts one that passes everything on, to a server on loopback. */
  public static ChaosProxy before(RedisServer server) {
    try {
      ServerSocket listener =
          new ServerSocket(ServerBinary.freePort(), 1_000, InetAddress.getLoopbackAddress());
      ChaosProxy proxy = new ChaosProxy(server.port(), listener);
      Thread.ofVirtual().start(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The port on 127.0.0.1 that leads to the server. */
  public int port() {
    return listener.getLocalPort();
  }

  /** The address through the proxy as the product's {@code REDIS_URL}. */
  public String url() {
    return "redis://127.0.0.1:" + port();
  }

  /** Holds everything back for this long, in both directions. */
  public void delay(Duration delay) {
    faults.delay(delay);
  }

  /** Lets nothing through in either direction, and tells nobody: no FIN, no RST. */
  public void blackhole() {
    faults.blackhole(link -> true);
  }

  /** As {@link #blackhole()}, only for connections that have subscribed to something. */
  public void blackholeSubscribers() {
    faults.blackhole(ProxiedLink::subscribes);
  }

  /** Passes on only so many more bytes of replies in all; the server gets all requests. */
  public void dropRepliesAfter(int bytes) {
    faults.dropRepliesAfter(bytes);
  }

  /** Resets the connections that there are; new ones work. */
  public void reset() {
    links.forEach(ProxiedLink::reset);
  }

  /** Ends the stream of replies on the connections that there are, by FIN; requests still pass. */
  public void halfClose() {
    links.forEach(ProxiedLink::halfClose);
  }

  /** Ends the fault: what a blackhole held back arrives; links that lost replies are reset. */
  public void repair() {
    // First, or what is still on its way would get through after all.
    links.stream().filter(ProxiedLink::lostReplies).forEach(ProxiedLink::reset);
    faults.repair();
  }

  /** Whether some link there is now has lost a reply. */
  public boolean hasLostReplies() {
    return links.stream().anyMatch(ProxiedLink::lostReplies);
  }

  /** How many connections lead through it now. */
  public int connections() {
    return links.size();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException _) {
      // It is gone either way.
    }
    repair();
    reset();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> link(client));
      } catch (IOException _) {
        // Closed, or a client that has gone again.
      }
    }
  }

  private void link(Socket client) {
    try (client;
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
      ProxiedLink link = new ProxiedLink(client, server, faults);
      links.add(link);
      try {
        link.run();
      } finally {
        links.remove(link);
      }
    } catch (IOException _) {
      // The server is not there: the client sees its connection end.
    }
  }
}
