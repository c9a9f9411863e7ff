package io.voicepresence.http;

import io.micronaut.context.annotation.Factory;
import io.micronaut.scheduling.TaskExecutors;
import io.voicepresence.presence.PresenceService;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Where routes run that are about one channel, or read the caller's own: in the event loop that
 * read the request where this installation answers without any waiting (memory, a shared key, an
 * access mode that knows), else on virtual threads. The way to another thread and back costs as
 * much as such a route.
 */
@Factory
final class AtOnce {
  static final String NAME = "at-once";

  @Singleton
  @Named(NAME)
  ExecutorService executor(
      Caller caller,
      PresenceService presence,
      @Named(TaskExecutors.VIRTUAL) ExecutorService virtual) {
    return caller.knowsAtOnce() && presence.answersAtOnce() ? new SameThread() : virtual;
  }

  /** Nothing ever waits here, so there is nothing to stop. */
  private static final class SameThread extends AbstractExecutorService {
    @Override
    public void execute(Runnable route) {
      route.run();
    }

    @Override
    public void shutdown() {}

    /** As by default it would wait for a termination that never comes. */
    @Override
    public void close() {}

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return false;
    }
  }
}
