package io.voicepresence.realtime.engineio;

/**
 * One frame on its way to many sessions of one event loop. Those with nothing waiting are sent to
 * past Netty, one batch of sends after the other; all others, and those with answers to take along,
 * each by itself. In that event loop only.
 *
 * <p>A session may be named once in a broadcast: of two sends in one batch the second could
 * overtake the rest of the first.
 */
public final class Broadcast {
  private final OutboundFrame frame;
  private SendBatch batch;

  /**
   * @param frame stays the caller's to release, after {@link #finish}
   */
  public Broadcast(OutboundFrame frame) {
    this.frame = frame;
  }

  /** What is sent. */
  public OutboundFrame frame() {
    return frame;
  }

  /** Sends to one more session, at the latest with {@link #finish}. */
  public void to(EngineIoSession session) {
    if (frame.isEmpty()) {
      return;
    }
    if (!session.isClear()) {
      session.sendEvents(frame);
      return;
    }
    if (batch == null) {
      batch = session.loop().batch();
    }
    batch.add(session);
    if (batch.isFull()) {
      batch.send(frame);
    }
  }

  /** Sends what has not been sent yet. */
  public void finish() {
    if (batch != null) {
      batch.send(frame);
    }
  }
}
