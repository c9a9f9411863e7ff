package io.voicepresence.http;

import io.voicepresence.json.PresenceJson;
import io.voicepresence.presence.ChannelSnapshot;
import java.util.zip.CRC32C;

/** A snapshot as JSON, with what tells it from others. */
final class SnapshotBody {
  private final ChannelSnapshot snapshot;
  private final byte[] json;
  private final String etag;

  SnapshotBody(ChannelSnapshot snapshot) {
    this.snapshot = snapshot;
    this.json = PresenceJson.snapshot(snapshot);
    this.etag = etag(snapshot.version(), json);
  }

  boolean shows(ChannelSnapshot wanted) {
    return snapshot.equals(wanted);
  }

  /** The bytes themselves, which nobody changes. */
  byte[] json() {
    return json;
  }

  /**
   * A weak validator (RFC 9110 section 8.8.1): the same for the bytes themselves and for their
   * compressed form.
   */
  String etag() {
    return etag;
  }

  /**
   * Not the version alone: another backend that writes to the store raises none. The same on every
   * node, as the bytes are.
   */
  private static String etag(long version, byte[] json) {
    CRC32C checksum = new CRC32C();
    checksum.update(json);
    return "W/\"" + Long.toHexString(version) + '-' + Long.toHexString(checksum.getValue()) + '"';
  }
}
