package io.voicepresence.ops;

import java.util.concurrent.atomic.AtomicReference;

/** Whether this node should be given traffic. */
public final class Readiness {
  /** The node's life, in order. */
  public enum State {
    STARTING,
    READY,
    STOPPING
  }

  private final AtomicReference<State> state = new AtomicReference<>(State.STARTING);

  public State state() {
    return state.get();
  }

  public void ready() {
    state.compareAndSet(State.STARTING, State.READY);
  }

  /** A node that stops does not become ready again. */
  public void stopping() {
    state.set(State.STOPPING);
  }
}
