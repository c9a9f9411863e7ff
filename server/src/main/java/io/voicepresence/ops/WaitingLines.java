package io.voicepresence.ops;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.LongFunction;

/**
 * Keeps what is written until a flush, which alone may wait for the stream behind: event loops
 * write log lines, and nobody may be reading them. Beyond a bound lines are dropped, and their
 * number is told in their place.
 */
final class WaitingLines extends OutputStream {
  /** What commands log in a second at the highest rate that was measured is 3 MB. */
  static final int MAX_BYTES = 4 * 1024 * 1024;

  private final OutputStream out;
  private final LongFunction<byte[]> droppedLine;
  private final Object writing = new Object();

  /** The two are guarded by this object, which is never held while something is written out. */
  private ByteArrayOutputStream lines = new ByteArrayOutputStream();

  private long dropped;

  /**
   * @param out is flushed but never closed
   * @param droppedLine makes the line that tells how many were dropped
   */
  WaitingLines(OutputStream out, LongFunction<byte[]> droppedLine) {
    this.out = out;
    this.droppedLine = droppedLine;
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  /** Adds a line, whole or not at all. */
  @Override
  public synchronized void write(byte[] bytes, int from, int length) {
    if (lines.size() + length > MAX_BYTES) {
      dropped++;
    } else {
      lines.write(bytes, from, length);
    }
  }

  /** Writes out what waits, in order. */
  @Override
  public void flush() throws IOException {
    synchronized (writing) {
      ByteArrayOutputStream taken = take();
      if (taken.size() > 0) {
        taken.writeTo(out);
        out.flush();
      }
    }
  }

  private synchronized ByteArrayOutputStream take() {
    ByteArrayOutputStream taken = lines;
    if (dropped > 0) {
      taken.writeBytes(droppedLine.apply(dropped));
      dropped = 0;
    }
    lines = new ByteArrayOutputStream();
    return taken;
  }
}
