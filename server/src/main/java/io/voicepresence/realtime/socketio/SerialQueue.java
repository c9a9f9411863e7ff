package io.voicepresence.realtime.socketio;

import java.util.ArrayDeque;

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
