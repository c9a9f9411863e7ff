package io.voicepresence.presence.simulation;

import io.voicepresence.presence.PresenceSettings;
import io.voicepresence.presence.PresenceStore;
import io.voicepresence.presence.StoreClock;
import java.util.List;

/** A store under test, with everything that can be done to it. */
public interface Subject extends AutoCloseable {

  /** Opens an empty store on that clock, with all of {@link Cast#CHANNELS} followed. */
  interface Opening {
    Subject open(StoreClock clock, PresenceSettings settings);
  }

  PresenceStore store();

  /** What the feed brought since the last call; waits for what is under way. */
  List<Told> heard();

  Faults faults();

  /**
   * From now on, until {@link #mend}, the link breaks after so many commands.
   *
   * @param carriedOut whether it is the replies that get lost, or the commands
   */
  void breakAfter(int commands, boolean carriedOut);

  void mend();

  @Override
  void close();
}
