package io.voicepresence.realtime.engineio;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.Arrays;

/**
 * The frames of one turn of an event loop, joined as they come: all of them, or those from one on,
 * are one frame without another copy. Belongs to one event loop.
 */
public final class FrameTurn {
  private static final int MIN_CAPACITY = 4 * 1024;

  /** Where each frame begins in the joined bytes. */
  private int[] starts = new int[4];

  private int count;

  /** The only frame, or the joined bytes of all; a single one is never copied. */
  private OutboundFrame joined = OutboundFrame.empty();

  private boolean owned;

  /** How many frames there are. */
  public int count() {
    return count;
  }

  /** Takes over one reference to the frame, also when it throws. */
  public void add(OutboundFrame frame) {
    if (count == 0) {
      joined = frame;
      mark(0);
      return;
    }
    try {
      int length = joined.size();
      ByteBuf target = roomFor(frame.size());
      frame.copyTo(target);
      mark(length);
    } finally {
      frame.release();
    }
  }

  /**
   * The frames from {@code first} on, for the caller to release; may outlive {@link #clear}.
   *
   * @param first from 0 to {@link #count}
   */
  public OutboundFrame since(int first) {
    if (first == count) {
      return OutboundFrame.empty();
    }
    ByteBuf bytes = joined.bytes();
    int start = starts[first];
    return new OutboundFrame(
        bytes.retainedSlice(bytes.readerIndex() + start, joined.size() - start));
  }

  /** Forgets all frames. */
  public void clear() {
    joined.release();
    joined = OutboundFrame.empty();
    owned = false;
    count = 0;
  }

  private void mark(int start) {
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, 2 * count);
    }
    starts[count++] = start;
  }

  /** Bytes that were handed out stay as they are: what is added comes behind them. */
  private ByteBuf roomFor(int more) {
    ByteBuf old = joined.bytes();
    if (owned && old.writableBytes() >= more) {
      return old;
    }
    int capacity = Math.max(MIN_CAPACITY, 2 * (joined.size() + more));
    ByteBuf larger = PooledByteBufAllocator.DEFAULT.directBuffer(capacity, capacity);
    joined.copyTo(larger);
    joined.release();
    joined = new OutboundFrame(larger);
    owned = true;
    return larger;
  }
}
