package io.voicepresence.json;

import java.util.List;

/** Writes one JSON object, field by field in the order of the calls, as UTF-8 bytes. */
public final class JsonObject {
  private final JsonWriter json;
  private String separator = "{\"";

  /**
   * @param expectedSize the bytes to start with; it grows when that is too few
   */
  public JsonObject(int expectedSize) {
    json = new JsonWriter(expectedSize);
  }

  public JsonObject put(String name, String value) {
    name(name).string(value);
    return this;
  }

  public JsonObject put(String name, long value) {
    name(name).number(value);
    return this;
  }

  public JsonObject put(String name, boolean value) {
    name(name).bool(value);
    return this;
  }

  /** A field whose value is JSON already. */
  public JsonObject putJson(String name, byte[] value) {
    name(name).raw(value);
    return this;
  }

  /** A field whose value is an array of elements that are JSON already. */
  public JsonObject putArray(String name, List<byte[]> elements) {
    name(name).array(elements);
    return this;
  }

  /** A field whose value is an array of strings. */
  public JsonObject putStrings(String name, List<String> values) {
    return putArray(
        name, values.stream().map(value -> new JsonWriter(64).string(value).toBytes()).toList());
  }

  public byte[] toBytes() {
    if (separator.equals("{\"")) {
      json.raw("{");
    }
    return json.raw("}").toBytes();
  }

  /** Names are our own constants: nothing in them needs escaping. */
  private JsonWriter name(String name) {
    json.raw(separator).raw(name).raw("\":");
    separator = ",\"";
    return json;
  }
}
