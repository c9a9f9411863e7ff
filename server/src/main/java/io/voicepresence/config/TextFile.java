package io.voicepresence.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a text file of bounded size. */
final class TextFile {
  private TextFile() {}

  /**
   * The whole text.
   *
   * @throws IOException when the file cannot be read, has more than {@code maxBytes}, or is not
   *     UTF-8
   */
  static String read(Path path, int maxBytes) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      // Not by the size that the file system tells: a device has none and never ends.
      byte[] bytes = in.readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw new IOException("more than " + maxBytes + " bytes");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    }
  }
}
