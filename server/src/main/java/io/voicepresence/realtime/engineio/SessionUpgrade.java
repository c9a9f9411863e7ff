package io.voicepresence.realtime.engineio;

/**
 * A WebSocket that wants to take over from polling: it probes, the client's poll under way is
 * ended, and then it upgrades. There only while that lasts, so that an idle session carries none of
 * it. Source: Engine.IO protocol, revision 4, "Upgrade".
 */
final class SessionUpgrade {
  private final EngineIoSession session;
  private final PollingTransport polling;
  private final WebSocketTransport candidate;
  private final long deadline;
  private boolean probed;
  private CloseReason postponedClose;

  SessionUpgrade(
      EngineIoSession session,
      PollingTransport polling,
      WebSocketTransport candidate,
      long deadlineNanos) {
    this.session = session;
    this.polling = polling;
    this.candidate = candidate;
    this.deadline = deadlineNanos;
  }

  boolean isOf(WebSocketTransport webSocket) {
    return webSocket == candidate;
  }

  /** Until when it must be through. */
  long deadline() {
    return deadline;
  }

  /** Whether the client stops polling now and waits for its last poll to be answered. */
  boolean isProbed() {
    return probed;
  }

  void onPacket(EngineIoPacket packet) {
    switch (packet) {
      case EngineIoPacket.Ping ping when ping.data().equals("probe") && !probed -> onProbe();
      case EngineIoPacket.Upgrade upgrade when probed -> complete();
      default -> drop(CloseReason.BAD_PACKET);
    }
  }

  private void onProbe() {
    probed = true;
    OutboundFrame answer = OutboundFrame.text("3probe");
    candidate.send(answer);
    answer.release();
    // The client pauses polling once its GET is answered, and only then upgrades.
    polling.releasePoll();
    session.account();
  }

  private void complete() {
    polling.releasePoll();
    session.takeOver(polling, candidate);
    closeIfPostponed();
  }

  /** The candidate alone is closed; the session goes on polling. */
  void drop(CloseReason reason) {
    session.endUpgrade();
    candidate.close(reason);
    closeIfPostponed();
  }

  /**
   * The session is to be closed. Once probed the client has stopped polling: its last packets can
   * only reach it by the new WebSocket.
   *
   * @return whether the close comes later, when the upgrade is over either way
   */
  boolean postponeClose(CloseReason reason) {
    if (!probed || postponedClose != null || !reason.mustReachClient()) {
      return false;
    }
    postponedClose = reason;
    return true;
  }

  private void closeIfPostponed() {
    if (postponedClose != null) {
      session.closeNow(postponedClose);
    }
  }
}
