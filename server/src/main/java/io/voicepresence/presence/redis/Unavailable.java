package io.voicepresence.presence.redis;

import io.voicepresence.error.ErrorCode;
import io.voicepresence.error.RequestException;

/** What a client learns of the store's troubles. The log says more. */
final class Unavailable {
  private Unavailable() {}

  /** Nothing was done, or it is not known whether it was. */
  static RequestException outOfReach() {
    return because("Presence is out of reach for the moment: try again");
  }

  static RequestException tooLate() {
    return because(
        "Presence did not answer in time: it may have been done or not, look before you retry");
  }

  static RequestException tooBusy() {
    return because("Too much is waiting for presence: try again");
  }

  private static RequestException because(String detail) {
    return new RequestException(ErrorCode.UNAVAILABLE, detail);
  }
}
