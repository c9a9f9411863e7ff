package io.voicepresence.presence.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Takes steps out of a history for as long as it still goes wrong. */
final class Shrinking {
  private Shrinking() {}

  /**
   * A short history that goes wrong.
   *
   * @param attempts how many histories may be played at most
   */
  static List<Step> shrink(List<Step> failing, Predicate<List<Step>> goesWrong, int attempts) {
    List<Step> shortest = failing;
    int left = attempts;
    for (int size = Math.max(1, failing.size() / 2); size >= 1 && left > 0; size /= 2) {
      int at = 0;
      while (at < shortest.size() && left > 0) {
        List<Step> shorter = new ArrayList<>(shortest.subList(0, at));
        shorter.addAll(shortest.subList(Math.min(at + size, shortest.size()), shortest.size()));
        left--;
        if (goesWrong.test(shorter)) {
          shortest = shorter;
        } else {
          at += size;
        }
      }
    }
    return shortest;
  }
}
