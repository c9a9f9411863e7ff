package io.voicepresence.realtime.engineio;

/** The layer above one session. Called in the session's event loop; must not block. */
public interface EngineIoListener {

  void onText(String text);

  void onBinary(byte[] bytes);

  /** The moment given to {@link EngineIoSession#setDeadline} has come. */
  void onDeadline();

  /** The session has ended; called exactly once, nothing follows. */
  void onClose(CloseReason reason);
}
