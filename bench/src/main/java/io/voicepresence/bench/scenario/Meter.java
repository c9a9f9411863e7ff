package io.voicepresence.bench.scenario;

import io.voicepresence.bench.process.ProcessUsage;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * CPU time that passes in processes while something is done.
 *
 * @param server what the server used
 * @param load what this process used
 * @param wall how long it took
 */
record Meter<T>(T result, Duration server, Duration load, Duration wall) {

  static <T> Meter<T> of(long serverPid, Supplier<T> work) {
    long self = ProcessHandle.current().pid();
    Duration server = ProcessUsage.cpu(serverPid);
    Duration load = ProcessUsage.cpu(self);
    long started = System.nanoTime();
    T result = work.get();
    return new Meter<>(
        result,
        ProcessUsage.cpu(serverPid).minus(server),
        ProcessUsage.cpu(self).minus(load),
        Duration.ofNanos(System.nanoTime() - started));
  }

  /** The server's CPU time for each of many, in microseconds. */
  double serverMicrosPer(long count) {
    return server.toNanos() / 1e3 / count;
  }

  /** How busy the load's core was with it, in percent. */
  double loadPercent() {
    return 100.0 * load.toNanos() / wall.toNanos();
  }

  /** How busy the server's core was, in percent. */
  double serverPercent() {
    return 100.0 * server.toNanos() / wall.toNanos();
  }
}
