package io.voicepresence.presence.redis;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.voicepresence.channel.UserId;
import io.voicepresence.error.RequestException;
import io.voicepresence.presence.Profile;
import io.voicepresence.presence.VoiceFlag;
import io.voicepresence.presence.VoicePresenceUser;
import io.voicepresence.presence.VoiceState;
import io.voicepresence.presence.VoiceStateUpdate;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Reads the JSON of a user that this or another backend stored. Fields that are not ours are passed
 * over: it is the scripts that keep them.
 */
final class StoredUser {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(64).maxDocumentLength(65_536).build())
          .build();

  private StoredUser() {}

  /** The user; empty where the value is not the JSON of one. */
  static Optional<VoicePresenceUser> parse(byte[] value) {
    try (JsonParser json = JSON.createParser(value)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      Fields fields = new Fields();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        fields.read(name, json, json.nextToken());
      }
      return json.nextToken() == null ? fields.toUser() : Optional.empty();
    } catch (IOException | RequestException | DateTimeException notAUser) {
      return Optional.empty();
    }
  }

  private static final class Fields {
    private Optional<String> id = Optional.empty();
    private Optional<String> username = Optional.empty();
    private Optional<String> displayName = Optional.empty();
    private Optional<String> avatarUrl = Optional.empty();
    private Optional<Instant> joinedAt = Optional.empty();
    private VoiceStateUpdate flags = VoiceStateUpdate.NONE;

    void read(String name, JsonParser json, JsonToken value) throws IOException {
      switch (name) {
        case "id" -> id = text(json, value);
        case "username" -> username = text(json, value);
        case "displayName" -> displayName = text(json, value);
        case "avatarUrl" -> avatarUrl = text(json, value);
        case "joinedAt" ->
            joinedAt = text(json, value).map(Instant::parse).map(Fields::toMilliseconds);
        default -> {
          Optional<VoiceFlag> flag = VoiceFlag.ofWireName(name);
          if (flag.isPresent()) {
            flags = flags.and(flag.get(), value == JsonToken.VALUE_TRUE);
          }
          json.skipChildren();
        }
      }
    }

    Optional<VoicePresenceUser> toUser() {
      if (id.isEmpty() || username.isEmpty() || joinedAt.isEmpty()) {
        return Optional.empty();
      }
      Profile profile = new Profile(new UserId(id.get()), username.get(), displayName, avatarUrl);
      return Optional.of(
          new VoicePresenceUser(profile, joinedAt.get(), VoiceState.INITIAL.with(flags)));
    }

    /** Another backend may have stored a {@code null} where ours leaves the field out. */
    private static Optional<String> text(JsonParser json, JsonToken value) throws IOException {
      if (value == JsonToken.VALUE_STRING) {
        return Optional.of(json.getText());
      }
      json.skipChildren();
      return Optional.empty();
    }

    private static Instant toMilliseconds(Instant moment) {
      return moment.truncatedTo(ChronoUnit.MILLIS);
    }
  }
}
