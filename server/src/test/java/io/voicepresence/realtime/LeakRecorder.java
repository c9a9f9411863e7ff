package io.voicepresence.realtime;

import io.netty.util.ResourceLeakDetector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Netty's leak detector, which keeps what it finds. Netty makes it because the property {@code
 * io.netty.customResourceLeakDetector} names it.
 */
public final class LeakRecorder<T> extends ResourceLeakDetector<T> {
  private static final Queue<String> FOUND = new ConcurrentLinkedQueue<>();

  /** Called by Netty. */
  public LeakRecorder(Class<T> resourceType, int samplingInterval) {
    super(resourceType, samplingInterval);
  }

  /** Called by Netty. */
  @SuppressWarnings("unused")
  public LeakRecorder(Class<T> resourceType, int samplingInterval, long maxActive) {
    this(resourceType, samplingInterval);
  }

  /** One leak that was found and not yet asked for; null when there is none. */
  static String poll() {
    return FOUND.poll();
  }

  @Override
  protected boolean needReport() {
    return true;
  }

  @Override
  protected void reportTracedLeak(String resourceType, String records) {
    FOUND.add(resourceType + records);
  }

  @Override
  protected void reportUntracedLeak(String resourceType) {
    FOUND.add(resourceType);
  }
}
