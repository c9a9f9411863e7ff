package io.voicepresence.presence.redis;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who wants to know that servers or slots have moved. */
final class TopologyListeners {
  private static final Logger log = LoggerFactory.getLogger(TopologyListeners.class);

  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  void add(Runnable listener) {
    listeners.add(listener);
  }

  void call() {
    for (Runnable listener : listeners) {
      try {
        listener.run();
      } catch (RuntimeException e) {
        log.warn("Whoever was told that Redis' servers have moved failed", e);
      }
    }
  }
}
