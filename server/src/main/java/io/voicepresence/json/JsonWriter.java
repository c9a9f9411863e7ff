package io.voicepresence.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Writes JSON as UTF-8 bytes, for the few shapes that are sent often. It does not check that the
 * tokens make a document: {@link JsonObject} is its caller, and tested.
 */
final class JsonWriter {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private byte[] buffer;
  private int length;

  /**
   * @param expected the size to start with, in bytes
   */
  JsonWriter(int expected) {
    buffer = new byte[expected];
  }

  /** Takes over bytes that are JSON already. */
  JsonWriter raw(byte[] json) {
    reserve(json.length);
    System.arraycopy(json, 0, buffer, length, json.length);
    length += json.length;
    return this;
  }

  /** Takes over text that is JSON already, and ASCII. */
  JsonWriter raw(String ascii) {
    int count = ascii.length();
    reserve(count);
    for (int i = 0; i < count; i++) {
      buffer[length++] = (byte) ascii.charAt(i);
    }
    return this;
  }

  JsonWriter number(long value) {
    return raw(Long.toString(value));
  }

  JsonWriter bool(boolean value) {
    return raw(value ? "true" : "false");
  }

  /**
   * Writes a string with its quotes. Escapes what RFC 8259 section 7 says must be, and surrogates
   * without their other half, which have no UTF-8.
   */
  JsonWriter string(String text) {
    int count = text.length();
    // The longest a char can become is six bytes: an escape.
    reserve(count * 6 + 2);
    buffer[length++] = '"';
    for (int i = 0; i < count; i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
        buffer[length++] = (byte) c;
      } else if (c == '"' || c == '\\') {
        buffer[length++] = '\\';
        buffer[length++] = (byte) c;
      } else if (c < ' ' || c == 0x7f) {
        escape(c);
      } else if (!Character.isSurrogate(c)) {
        multiByte(c);
      } else if (i + 1 < count && Character.isSurrogatePair(c, text.charAt(i + 1))) {
        multiByte(Character.toCodePoint(c, text.charAt(++i)));
      } else {
        escape(c);
      }
    }
    buffer[length++] = '"';
    return this;
  }

  JsonWriter array(List<byte[]> elements) {
    raw("[");
    for (int i = 0; i < elements.size(); i++) {
      if (i > 0) {
        raw(",");
      }
      raw(elements.get(i));
    }
    return raw("]");
  }

  byte[] toBytes() {
    return length == buffer.length ? buffer : Arrays.copyOf(buffer, length);
  }

  private void escape(char c) {
    buffer[length++] = '\\';
    buffer[length++] = 'u';
    for (int shift = 12; shift >= 0; shift -= 4) {
      buffer[length++] = HEX[(c >> shift) & 0xf];
    }
  }

  /** RFC 3629 section 3. */
  private void multiByte(int codePoint) {
    if (codePoint < 0x800) {
      buffer[length++] = (byte) (0xc0 | (codePoint >> 6));
    } else {
      if (codePoint < 0x10000) {
        buffer[length++] = (byte) (0xe0 | (codePoint >> 12));
      } else {
        buffer[length++] = (byte) (0xf0 | (codePoint >> 18));
        buffer[length++] = (byte) (0x80 | ((codePoint >> 12) & 0x3f));
      }
      buffer[length++] = (byte) (0x80 | ((codePoint >> 6) & 0x3f));
    }
    buffer[length++] = (byte) (0x80 | (codePoint & 0x3f));
  }

  private void reserve(int more) {
    if (buffer.length - length < more) {
      buffer = Arrays.copyOf(buffer, Math.max(length + more, buffer.length * 2));
    }
  }
}
