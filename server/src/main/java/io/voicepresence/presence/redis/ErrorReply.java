package io.voicepresence.presence.redis;

/** What an error reply asks us to do. Redis tells its errors apart by their first word. */
enum ErrorReply {
  /** The slot lives elsewhere for good. */
  MOVED,
  /** This key, on its way, is elsewhere already. */
  ASK,
  /** It passes by itself, mostly within milliseconds. */
  PASSING,
  /** As {@link #PASSING}, but the whole server is at a loss, not just this command. */
  OCCUPIED,
  /** The server is no master any more. */
  DEMOTED,
  /** The server takes no such command until an operator does something. */
  REFUSED,
  /** The command itself is at fault, or the caller knows what to do (NOSCRIPT). */
  FOR_CALLER;

  /** A script that ran into a slot on its way out; the first word says only ERR. */
  private static final String SLOT_ON_ITS_WAY = "Script attempted to access a non local key";

  static ErrorReply of(String message) {
    int end = message.indexOf(' ');
    return switch (end < 0 ? message : message.substring(0, end)) {
      case "MOVED" -> MOVED;
      case "ASK" -> ASK;
      case "TRYAGAIN", "CLUSTERDOWN", "MASTERDOWN" -> PASSING;
      case "BUSY", "LOADING" -> OCCUPIED;
      case "READONLY" -> DEMOTED;
      case "NOAUTH", "WRONGPASS", "NOPERM", "OOM", "MISCONF", "NOREPLICAS" -> REFUSED;
      default -> message.contains(SLOT_ON_ITS_WAY) ? PASSING : FOR_CALLER;
    };
  }
}
