package io.voicepresence.json;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.error.ErrorCode;
import io.voicepresence.error.RequestException;
import io.voicepresence.presence.PresenceService.InChannel;
import io.voicepresence.presence.Refreshed;
import io.voicepresence.presence.UpdateOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What HTTP answers and Socket.IO acks have in common: the same fields for the same verb. */
public final class Answers {
  /** {@code {"success":true}}. */
  public static final byte[] SUCCESS = success(16).toBytes();

  private Answers() {}

  /** {@code {success, channelId, version, user}}. */
  public static byte[] joined(ChannelId channel, InChannel in) {
    byte[] user = PresenceJson.user(in.user());
    return success(user.length + 256)
        .put("channelId", channel.value())
        .put("version", in.version())
        .putJson("user", user)
        .toBytes();
  }

  /** {@code {success, channelId}}. */
  public static byte[] left(ChannelId channel) {
    return success(192).put("channelId", channel.value()).toBytes();
  }

  /**
   * {@code {success, channelId, version, user, updates}}, or {@code not_in_channel} as {@code
   * error}.
   */
  public static byte[] updated(ChannelId channel, UpdateOutcome outcome) {
    return switch (outcome) {
      case UpdateOutcome.Updated updated -> {
        byte[] user = PresenceJson.user(updated.user());
        yield success(user.length + 384)
            .put("channelId", channel.value())
            .put("version", updated.version())
            .putJson("user", user)
            .putJson("updates", PresenceJson.updates(updated.updates()))
            .toBytes();
      }
      case UpdateOutcome.Absent absent ->
          new JsonObject(512)
              .put("success", false)
              .put("channelId", channel.value())
              .putJson(
                  "error",
                  error(
                      ErrorCode.NOT_IN_CHANNEL,
                      "Not in channel " + channel + ": join it before changing the voice state"))
              .toBytes();
    };
  }

  /** {@code {success, channelId, present, expiresIn}}, the last in seconds. */
  public static byte[] refreshed(ChannelId channel, Optional<Refreshed> refreshed) {
    return success(256)
        .put("channelId", channel.value())
        .put("present", refreshed.isPresent())
        .put("expiresIn", refreshed.map(Refreshed::staysFor).orElse(Duration.ZERO).toSeconds())
        .toBytes();
  }

  /**
   * {@code {channelId, code}}: one channel of many that the caller may not view.
   *
   * @throws RequestException the given one, when it refuses more than this one channel
   */
  public static byte[] denied(ChannelId channel, RequestException refused) {
    return switch (refused.code()) {
      case CHANNEL_NOT_FOUND, CHANNEL_ACCESS_DENIED ->
          new JsonObject(192)
              .put("channelId", channel.value())
              .put("code", refused.code().code())
              .toBytes();
      default -> throw refused;
    };
  }

  /** {@code {channels:[…], denied:[…]}} of elements that are JSON already. */
  public static JsonObject channels(JsonObject json, List<byte[]> channels, List<byte[]> denied) {
    return json.putArray("channels", channels).putArray("denied", denied);
  }

  /** {@code {success:false, error:{code, message}}}: the ack of an event that was refused. */
  public static byte[] refused(RequestException refused) {
    return new JsonObject(256)
        .put("success", false)
        .putJson("error", error(refused.code(), refused.detail()))
        .toBytes();
  }

  /** An object that says {@code success} and goes on. */
  public static JsonObject success(int expectedSize) {
    return new JsonObject(expectedSize).put("success", true);
  }

  private static byte[] error(ErrorCode code, String message) {
    return new JsonObject(192).put("code", code.code()).put("message", message).toBytes();
  }
}
