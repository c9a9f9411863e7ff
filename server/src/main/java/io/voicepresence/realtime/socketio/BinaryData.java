package io.voicepresence.realtime.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.BitSet;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Binary values in JSON trees: each is a placeholder {@code {"_placeholder":true,"num":n}} while it
 * travels, the bytes follow as messages of their own. Source: Socket.IO protocol, revision 5,
 * "Packet encoding".
 */
final class BinaryData {
  private static final String PLACEHOLDER = "_placeholder";
  private static final String NUMBER = "num";

  private BinaryData() {}

  /** Whether the placeholders in {@code data} are 0 to {@code attachments} - 1, each once. */
  static boolean hasEachPlaceholderOnce(JsonNode data, int attachments) {
    BitSet seen = new BitSet(attachments);
    return collect(data, attachments, seen) && seen.cardinality() == attachments;
  }

  private static boolean collect(JsonNode node, int attachments, BitSet seen) {
    if (isPlaceholder(node)) {
      JsonNode number = node.path(NUMBER);
      int index = number.isInt() ? number.intValue() : -1;
      if (index < 0 || index >= attachments || seen.get(index)) {
        return false;
      }
      seen.set(index);
      return true;
    }
    for (JsonNode child : node) {
      if (!collect(child, attachments, seen)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPlaceholder(JsonNode node) {
    return node.isObject() && node.path(PLACEHOLDER).booleanValue();
  }

  /** Puts the attachments where their placeholders stand, in place. */
  static void insert(ArrayNode data, List<byte[]> attachments) {
    replaceChildren(
        data,
        child ->
            isPlaceholder(child)
                ? BinaryNode.valueOf(attachments.get(child.path(NUMBER).intValue()))
                : child);
  }

  /** A copy of {@code data} with placeholders for its binary values, which go to the list. */
  static ArrayNode extract(ArrayNode data, List<byte[]> attachments) {
    ArrayNode copy = data.deepCopy();
    replaceChildren(
        copy,
        child -> {
          if (!child.isBinary()) {
            return child;
          }
          attachments.add(bytes(child));
          return JsonNodeFactory.instance
              .objectNode()
              .put(PLACEHOLDER, true)
              .put(NUMBER, attachments.size() - 1);
        });
    return copy;
  }

  static boolean isIn(JsonNode data) {
    if (data.isBinary()) {
      return true;
    }
    for (JsonNode child : data) {
      if (isIn(child)) {
        return true;
      }
    }
    return false;
  }

  private static void replaceChildren(JsonNode node, UnaryOperator<JsonNode> replacement) {
    switch (node) {
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          array.set(i, replaced(array.get(i), replacement));
        }
      }
      case ObjectNode object ->
          object.properties().forEach(e -> e.setValue(replaced(e.getValue(), replacement)));
      default -> {}
    }
  }

  /** Depth first; what was put in is not looked into. */
  private static JsonNode replaced(JsonNode child, UnaryOperator<JsonNode> replacement) {
    if (isPlaceholder(child) || child.isBinary()) {
      return replacement.apply(child);
    }
    replaceChildren(child, replacement);
    return child;
  }

  private static byte[] bytes(JsonNode binary) {
    try {
      return binary.binaryValue();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a binary node has its bytes at hand
    }
  }
}
