package io.voicepresence.presence.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Steps of which each server has its own, all at once. A server that is slow keeps the others
 * waiting for so long and no longer: then it goes on by itself, and gets no second step meanwhile.
 */
final class ServerRounds {
  private final ConcurrentHashMap<String, Thread> atWork = new ConcurrentHashMap<>();
  private final String name;
  private final Duration patience;

  /**
   * @param name of the threads
   * @param patience how long a round waits for the slowest
   */
  ServerRounds(String name, Duration patience) {
    this.name = name;
    this.patience = patience;
  }

  /**
   * Takes the step for each server that is not still at its last one; one round at a time.
   *
   * @param step fails never
   */
  void run(Collection<String> servers, Consumer<String> step) {
    atWork.values().removeIf(thread -> !thread.isAlive());
    List<Thread> begun = new ArrayList<>();
    for (String server : servers) {
      begun.add(
          atWork.computeIfAbsent(
              server,
              _ -> Thread.ofVirtual().name(name + "-" + server).start(() -> step.accept(server))));
    }
    long until = System.nanoTime() + patience.toNanos();
    try {
      for (Thread thread : begun) {
        var _ = thread.join(Duration.ofNanos(Math.max(0, until - System.nanoTime())));
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }
}
