package io.voicepresence.presence.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.presence.LeaveReason;
import io.voicepresence.presence.PresenceEvent;
import io.voicepresence.presence.VoiceFlag;
import io.voicepresence.presence.VoicePresenceUser;
import io.voicepresence.presence.VoiceStateUpdate;
import io.voicepresence.presence.redis.FeedMessage.Unknown;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads one {@link FeedMessage} from left to right; it is the hot path of every node. */
final class FeedMessageDecoder {
  private static final long FORMAT = 1;

  /** The user's JSON ends at 64 KiB, as in {@link StoredUser}; the rest is short. */
  private static final int MAX_BYTES = 65_536 + 1_024;

  /** More digits than these may not fit a long, and no clock in milliseconds has them. */
  private static final int MAX_DIGITS = 18;

  private static final long NO_NUMBER = -1;

  private static final Map<String, LeaveReason> REASONS =
      Stream.of(LeaveReason.values())
          .collect(Collectors.toMap(LeaveReason::wireName, Function.identity()));

  private final ChannelId channel;
  private final byte[] message;
  private int at;

  FeedMessageDecoder(ChannelId channel, byte[] message) {
    this.channel = channel;
    this.message = message;
  }

  FeedMessage decode() {
    if (message.length > MAX_BYTES) {
      return new Unknown("longer than " + MAX_BYTES + " bytes");
    }
    if (number() != FORMAT) {
      return new Unknown("another format");
    }
    long previous = number();
    long version = number();
    if (previous < 0 || version <= previous) {
      return new Unknown("no versions");
    }
    String kind = word();
    return switch (kind) {
      case "joined", "left", "updated" ->
          event(kind, word(), version)
              .<FeedMessage>map(event -> new FeedMessage.Event(event, previous))
              .orElseGet(() -> new Unknown("malformed " + kind));
      case "changed" -> new FeedMessage.Changed(previous, version);
      default -> new Unknown("another kind");
    };
  }

  private Optional<PresenceEvent> event(String kind, String detail, long version) {
    Optional<VoicePresenceUser> user =
        StoredUser.parse(Arrays.copyOfRange(message, at, message.length));
    if (user.isEmpty()) {
      return Optional.empty();
    }
    return switch (kind) {
      case "joined" -> Optional.of(new PresenceEvent.UserJoined(channel, user.get(), version));
      case "left" ->
          Optional.ofNullable(REASONS.get(detail))
              .map(reason -> new PresenceEvent.UserLeft(channel, user.get(), version, reason));
      default ->
          updates(detail)
              .map(update -> new PresenceEvent.UserUpdated(channel, user.get(), update, version));
    };
  }

  /** The number up to the next space; {@link #NO_NUMBER} where none stands. */
  private long number() {
    int start = at;
    long number = 0;
    while (at < message.length && message[at] >= '0' && message[at] <= '9') {
      number = number * 10 + (message[at] - '0');
      at++;
      if (at - start > MAX_DIGITS) {
        return NO_NUMBER;
      }
    }
    boolean ends = at < message.length && message[at] == ' ';
    if (at == start || !ends) {
      return NO_NUMBER;
    }
    at++;
    return number;
  }

  /** What stands up to the next space or the end. */
  private String word() {
    int start = at;
    while (at < message.length && message[at] != ' ') {
      at++;
    }
    String word = new String(message, start, at - start, ISO_8859_1);
    at = Math.min(at + 1, message.length);
    return word;
  }

  /**
   * The flags of {@code {"isMuted":true,…}}. One that we do not know is passed over, as in a stored
   * user.
   */
  private static Optional<VoiceStateUpdate> updates(String json) {
    int end = json.length() - 1;
    if (end < 1 || json.charAt(0) != '{' || json.charAt(end) != '}') {
      return Optional.empty();
    }
    VoiceStateUpdate update = VoiceStateUpdate.NONE;
    int from = 1;
    while (from < end) {
      int quote = json.indexOf('"', from + 1);
      if (json.charAt(from) != '"' || quote < 0) {
        return Optional.empty();
      }
      boolean on = json.startsWith(":true", quote + 1);
      if (!on && !json.startsWith(":false", quote + 1)) {
        return Optional.empty();
      }
      Optional<VoiceFlag> flag = VoiceFlag.ofWireName(json.substring(from + 1, quote));
      if (flag.isPresent()) {
        update = update.and(flag.get(), on);
      }
      int next = quote + 1 + (on ? ":true" : ":false").length();
      if (next != end && json.charAt(next) != ',') {
        return Optional.empty();
      }
      from = next + 1;
    }
    return Optional.of(update);
  }
}
