package io.voicepresence.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.voicepresence.channel.ChannelId;
import io.voicepresence.error.RequestException;
import io.voicepresence.presence.VoiceFlag;
import io.voicepresence.presence.VoiceStateUpdate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what clients send, and takes nothing that it does not know: a misspelt field is an error,
 * not a wish that is silently dropped.
 */
public final class StrictJson {
  /** How many channels one call may name. */
  public static final int MAX_CHANNELS = 200;

  /** How deep arrays and objects may nest; our own payloads need two. */
  private static final int MAX_DEPTH = 32;

  private static final ObjectMapper MAPPER =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private StrictJson() {}

  /**
   * Reads a body that must be one JSON object.
   *
   * @throws RequestException {@code invalid_request} for anything else
   */
  public static ObjectNode object(byte[] body) {
    try {
      return object(MAPPER.readTree(body));
    } catch (StreamConstraintsException excessive) {
      throw RequestException.invalid(
          "The body nests deeper than " + MAX_DEPTH + ", or has a value that is too long");
    } catch (JsonProcessingException malformed) {
      throw RequestException.invalid("The body is not valid JSON" + where(malformed));
    } catch (IOException impossible) {
      throw new IllegalStateException("reading from memory failed", impossible);
    }
  }

  private static String where(JsonProcessingException malformed) {
    JsonLocation location = malformed.getLocation();
    return location == null
        ? ""
        : ": look at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
  }

  /**
   * Takes a value that must be an object.
   *
   * @throws RequestException {@code invalid_request} for anything else
   */
  public static ObjectNode object(JsonNode value) {
    if (value instanceof ObjectNode object) {
      return object;
    }
    throw RequestException.invalid("A JSON object is expected");
  }

  /** Refuses every field but those named. */
  public static void onlyFields(ObjectNode object, List<String> known) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (!known.contains(field.getKey())) {
        throw unknownField(field.getKey());
      }
    }
  }

  /** The field {@code channelId}, which must be there. */
  public static ChannelId channelId(ObjectNode object) {
    JsonNode value = object.path("channelId");
    if (!value.isTextual()) {
      throw RequestException.invalid("channelId must be a string");
    }
    return new ChannelId(value.textValue());
  }

  /**
   * The field {@code channelIds}: at most {@link #MAX_CHANNELS} ids; one named twice counts once.
   */
  public static List<ChannelId> channelIds(ObjectNode object) {
    JsonNode value = object.path("channelIds");
    if (!value.isArray()) {
      throw RequestException.invalid("channelIds must be an array of strings");
    }
    List<String> ids = new ArrayList<>(value.size());
    for (JsonNode id : value) {
      if (!id.isTextual()) {
        throw RequestException.invalid("channelIds must be an array of strings");
      }
      ids.add(id.textValue());
    }
    return channelIds(ids);
  }

  /** Checks ids that a call names; one named twice counts once. */
  public static List<ChannelId> channelIds(List<String> ids) {
    if (ids.isEmpty() || ids.size() > MAX_CHANNELS) {
      throw RequestException.invalid(
          "Name 1 to " + MAX_CHANNELS + " channel ids a call, not " + ids.size());
    }
    return ids.stream().distinct().map(ChannelId::new).toList();
  }

  /**
   * The flags that a user sends of its own.
   *
   * @param besides fields that may stand beside the flags
   * @throws RequestException {@code invalid_request} for an unknown field, a flag that is no
   *     boolean, or no flag at all
   */
  public static VoiceStateUpdate stateUpdate(ObjectNode object, List<String> besides) {
    VoiceStateUpdate updates = VoiceStateUpdate.NONE;
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      Optional<VoiceFlag> flag =
          VoiceFlag.ofWireName(field.getKey()).filter(known -> !known.moderated());
      if (flag.isPresent()) {
        if (!field.getValue().isBoolean()) {
          throw RequestException.invalid(field.getKey() + " must be true or false");
        }
        updates = updates.and(flag.get(), field.getValue().booleanValue());
      } else if (!besides.contains(field.getKey())) {
        throw unknownField(field.getKey());
      }
    }
    if (updates.isEmpty()) {
      throw RequestException.invalid(
          "Name at least one of isVideoEnabled, isScreenSharing, isMuted, isDeafened");
    }
    return updates;
  }

  private static RequestException unknownField(String name) {
    String shown = name.length() > 64 ? name.substring(0, 64) + "…" : name;
    return RequestException.invalid("Unknown field \"" + shown + "\"");
  }
}
