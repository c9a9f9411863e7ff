package io.voicepresence.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/** The HTTP requests of many users, whose tokens are signed beforehand. */
public final class PresenceRequests {
  private final List<String> tokens;

  /**
   * @param firstUser the number of the first user; crowds have those from 0
   */
  public PresenceRequests(int firstUser, int users) {
    TokenSigner signer = new TokenSigner(System.currentTimeMillis() / 1000);
    tokens =
        IntStream.range(firstUser, firstUser + users)
            .mapToObj("u%07d"::formatted)
            .map(signer::sign)
            .toList();
  }

  public int users() {
    return tokens.size();
  }

  /** One of the users joins a channel. */
  public byte[] join(int user, String channel) {
    return request("POST", channel + "/join", user, "");
  }

  /** One of the users leaves a channel. */
  public byte[] leave(int user, String channel) {
    return request("POST", channel + "/leave", user, "");
  }

  /** One of the users looks who is in a channel. */
  public byte[] get(int user, String channel) {
    return request("GET", channel, user, "");
  }

  /** One of the users, who is in the channel, changes all four flags. */
  public byte[] update(int user, String channel, int flags) {
    String tail = new String(UpdateFlags.of(flags), StandardCharsets.US_ASCII);
    return request("PATCH", channel + "/state", user, "{" + tail.substring(0, tail.length() - 1));
  }

  private byte[] request(String method, String path, int user, String body) {
    String content =
        method.equals("GET")
            ? ""
            : "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n";
    return (method
            + " /voice-presence/"
            + path
            + " HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer "
            + tokens.get(user)
            + "\r\n"
            + content
            + "\r\n"
            + body)
        .getBytes(StandardCharsets.US_ASCII);
  }
}
