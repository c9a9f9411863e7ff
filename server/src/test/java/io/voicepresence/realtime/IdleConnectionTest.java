package io.voicepresence.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.voicepresence.realtime.socketio.ConnectDecision;
import io.voicepresence.realtime.socketio.Handshake;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/**
 * What a connection costs, in objects and allocated bytes, which unlike time are the same on every
 * machine. Who needs one object more for each connection raises the number here, knowingly.
 */
class IdleConnectionTest {
  private static final int CONNECTIONS = 1_000;

  /** Netty's own 20, and 7 of ours: session, transport, connection, socket, queue, two ids. */
  private static final double MAX_OBJECTS = 27.5;

  /** 10.5 KB were measured; with an HTTP pipeline they were several KB more. */
  private static final long MAX_ALLOCATED_BYTES = 12_000;

  /** As the namespace of the server with a shared key: nothing leaves the event loop. */
  private static final class AtOnce extends RecordingNamespace {
    @Override
    public boolean decidesAtOnce() {
      return true;
    }

    @Override
    public ConnectDecision onConnect(Handshake handshake) {
      return new ConnectDecision.Accept("anybody");
    }
  }

  @Test
  void anIdleConnectionHoldsFewObjectsAndNoneOfHttp() throws Exception {
    try (RealtimeTestServer server = new RealtimeTestServer(new AtOnce())) {
      List<RawClient> clients = connect(server, 10);
      Map<String, Long> before = liveObjects();
      clients.addAll(connect(server, CONNECTIONS));
      Map<String, Long> after = liveObjects();

      Map<String, Double> each = new HashMap<>();
      after.forEach(
          (type, count) -> {
            double more = (count - before.getOrDefault(type, 0L)) / (double) CONNECTIONS;
            if (more > 0.05) {
              each.put(type, more);
            }
          });
      assertThat(each.keySet())
          .noneMatch(type -> type.startsWith("io.netty.handler.codec.http.Http"));
      assertThat(each.keySet()).contains("io.voicepresence.realtime.engineio.EngineIoSession");
      assertThat(each.values().stream().mapToDouble(count -> count).sum())
          .as(each.toString())
          .isLessThan(MAX_OBJECTS);
      clients.forEach(RawClient::close);
    }
  }

  @Test
  void toConnectAllocatesLittle() {
    try (RealtimeTestServer server = new RealtimeTestServer(new AtOnce())) {
      List<RawClient> clients = connect(server, 200);
      long before = allocatedByEventLoops();
      clients.addAll(connect(server, CONNECTIONS));
      long each = (allocatedByEventLoops() - before) / CONNECTIONS;

      assertThat(each).isBetween(1_000L, MAX_ALLOCATED_BYTES);
      clients.forEach(RawClient::close);
    }
  }

  private static List<RawClient> connect(RealtimeTestServer server, int count) {
    List<RawClient> clients = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      clients.add(RawClient.connected(server.port()));
    }
    return clients;
  }

  /** Instances by class, of Netty and of the protocols, after a full collection. */
  private static Map<String, Long> liveObjects() throws Exception {
    String histogram =
        (String)
            ManagementFactory.getPlatformMBeanServer()
                .invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "gcClassHistogram",
                    new Object[] {new String[0]},
                    new String[] {String[].class.getName()});
    Map<String, Long> instances = new HashMap<>();
    for (String line : histogram.lines().toList()) {
      String[] columns = line.strip().split("\\s+", -1);
      if (columns.length >= 4
          && (columns[3].startsWith("io.netty.")
              || columns[3].startsWith("io.voicepresence.realtime.engineio.")
              || columns[3].startsWith("io.voicepresence.realtime.socketio."))) {
        instances.merge(columns[3], Long.parseLong(columns[1]), Long::sum);
      }
    }
    return instances;
  }

  private static long allocatedByEventLoops() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = 0;
    for (long id : threads.getAllThreadIds()) {
      var info = threads.getThreadInfo(id);
      if (info != null && info.getThreadName().contains("EventLoopGroup")) {
        bytes += threads.getThreadAllocatedBytes(id);
      }
    }
    return bytes;
  }
}
