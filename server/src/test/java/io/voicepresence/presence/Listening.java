package io.voicepresence.presence;

import java.util.function.Consumer;

/** Listeners for tests that ask for events alone. */
public final class Listening {
  private Listening() {}

  public static ChangeFeed.Listener to(Consumer<PresenceEvent> events) {
    return new ChangeFeed.Listener() {
      @Override
      public void onChange(PresenceEvent event, long previous) {
        events.accept(event);
      }

      @Override
      public void onDoubt() {}
    };
  }
}
