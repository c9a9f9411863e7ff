package io.voicepresence.realtime.socketio;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Runs tasks one after the other on a virtual thread that lives only while there are any. An idle
 * queue holds neither thread nor array.
 */
final class SerialQueue {
  private ArrayDeque<Runnable> waiting;
  private boolean running;

  /** Adds a task; returns how many now wait, the running one not counted. */
  int add(Runnable task) {
    synchronized (this) {
      if (running) {
        if (waiting == null) {
          waiting = new ArrayDeque<>(4);
        }
        waiting.add(task);
        return waiting.size();
      }
      running = true;
    }
    Thread.startVirtualThread(() -> run(task));
    return 0;
  }

  /**
   * As {@link #add} for a task in two parts, the first of which does not block: where nothing is
   * under way it is done now, by the caller, and only what it leaves takes a thread.
   */
  int begin(Supplier<Optional<Runnable>> task) {
    synchronized (this) {
      if (running) {
        return add(() -> task.get().ifPresent(Runnable::run));
      }
      running = true;
    }
    Runnable rest = first(task);
    if (rest != null) {
      Thread.startVirtualThread(() -> run(rest));
    }
    return 0;
  }

  private Runnable first(Supplier<Optional<Runnable>> task) {
    try {
      return task.get().orElseGet(this::next);
    } catch (Throwable failed) {
      SocketIoServer.LOG.error("A handler failed", failed);
      return next();
    }
  }

  synchronized int size() {
    return waiting == null ? 0 : waiting.size();
  }

  private void run(Runnable first) {
    for (Runnable task = first; task != null; task = next()) {
      try {
        task.run();
      } catch (Throwable failed) {
        // An Error too: one client's event must not stop the queue for good.
        SocketIoServer.LOG.error("A handler failed", failed);
      }
    }
  }

  private synchronized Runnable next() {
    Runnable task = waiting == null ? null : waiting.poll();
    if (task == null) {
      running = false;
      waiting = null;
    }
    return task;
  }
}
