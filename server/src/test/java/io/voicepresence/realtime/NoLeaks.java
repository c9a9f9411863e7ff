package io.voicepresence.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetector.Level;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Watches every buffer while a test class runs, and fails the class where one became garbage that
 * nobody had released.
 *
 * <p>Buffers are found some time after they were lost. So a class ends with one that is lost on
 * purpose: once that one is found, after it was the collector's, the others have been as well.
 */
public final class NoLeaks implements BeforeAllCallback, AfterAllCallback {
  private static final String ON_PURPOSE = "lost on purpose";

  private Level before;

  @Override
  public void beforeAll(ExtensionContext context) {
    // What another class lost is not this one's.
    var _ = drain(new ArrayList<>());
    before = ResourceLeakDetector.getLevel();
    ResourceLeakDetector.setLevel(Level.PARANOID);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    List<String> found = new ArrayList<>();
    loseOne();
    try {
      Eventually.that(
          () -> {
            System.gc();
            // Each new buffer makes the detector look at what was collected.
            PooledByteBufAllocator.DEFAULT.directBuffer(1).release();
            return drain(found);
          });
    } finally {
      ResourceLeakDetector.setLevel(before);
    }
    // Others of the same collection may come to the detector after it.
    System.gc();
    PooledByteBufAllocator.DEFAULT.directBuffer(1).release();
    var _ = drain(found);
    assertThat(found).as("buffers that nobody released").isEmpty();
  }

  private static void loseOne() {
    // Netty tells of the same records once only.
    PooledByteBufAllocator.DEFAULT.directBuffer(1).touch(ON_PURPOSE + " at " + System.nanoTime());
  }

  /** Moves what was found into the list; whether the one lost on purpose was among it. */
  private static boolean drain(List<String> found) {
    boolean seen = false;
    for (String leak = LeakRecorder.poll(); leak != null; leak = LeakRecorder.poll()) {
      if (leak.contains(ON_PURPOSE)) {
        seen = true;
      } else {
        found.add(leak);
      }
    }
    return seen;
  }
}
