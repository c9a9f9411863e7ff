package io.voicepresence.bench.process;

import java.util.concurrent.TimeUnit;

/** A process that does not outlive this one, however this one ends. */
final class Child implements AutoCloseable {
  private static final long END_SECONDS = 20;

  private final Process process;
  private final Thread atExit;

  Child(Process process) {
    this.process = process;
    atExit = new Thread(process::destroyForcibly, "end of " + process.pid());
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  Process process() {
    return process;
  }

  /** Asks it to end, and ends it if it does not. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException exiting) {
      // Then it runs already, and finds nothing to end.
    }
  }
}
