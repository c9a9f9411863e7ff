package io.voicepresence.realtime.engineio;

/**
 * When a session pings its client, and how long it waits for the pong. Since revision 4 of the
 * protocol it is the server that pings.
 *
 * <p>A superclass of the session and not a part of it: a part would be an object more for each idle
 * session.
 */
abstract class SessionHeartbeat extends TimingWheel.Entry {
  private long deadline;
  private boolean awaitingPong;

  SessionHeartbeat(long firstPingNanos) {
    this.deadline = firstPingNanos;
  }

  /** When {@link #beat} is due. */
  final long heartbeatDeadline() {
    return deadline;
  }

  /** Whether the pong did not come in time. */
  final boolean isPongOverdue(long now) {
    return awaitingPong && deadline <= now;
  }

  /**
   * The deadline has come: time for a ping, or, where a pong is overdue that is not held against
   * the client, for some more patience.
   *
   * @param lateNanos from which delay on it is this process that was late
   * @return whether to send a ping
   */
  final boolean beat(long now, long lateNanos, long pingTimeoutNanos) {
    // A pause of the whole process must not cost the clients their time to answer.
    boolean onTime = now - deadline <= lateNanos;
    deadline = (onTime ? deadline : now) + pingTimeoutNanos;
    boolean ping = !awaitingPong;
    awaitingPong = true;
    return ping;
  }

  /** A pong came; one that nobody waits for means nothing. */
  final void onPong(long nextPingNanos) {
    if (awaitingPong) {
      awaitingPong = false;
      deadline = nextPingNanos;
    }
  }
}
