package io.voicepresence.presence.redis;

import io.voicepresence.presence.redis.RedisAddress.Credentials;
import io.voicepresence.presence.redis.RedisAddress.Endpoint;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes a {@code REDIS_URL} apart. By hand, because {@link java.net.URI} knows one host only; and
 * so that a password may hold what it likes: it ends at the last {@code @}, which neither a host
 * nor a master's name can have.
 */
final class RedisUrl {
  private static final Pattern URL =
      Pattern.compile("([a-z-]+)://(?:(.*)@)?([^@/#?]*)(?:/([^@#?]*))?(?:#([^@]*))?");
  private static final Pattern ENDPOINT =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)]|([A-Za-z0-9._-]+))(?::(\\d{1,5}))?");
  private static final Pattern MASTER_NAME = Pattern.compile("[A-Za-z0-9._-]{1,255}");
  private static final int REDIS_PORT = 6379;
  private static final int SENTINEL_PORT = 26_379;
  private static final int MAX_DATABASE = 9_999;
  private static final int MAX_ENDPOINTS = 100;

  private static final String FORMS =
      "redis://[user:password@]host[:port][/db], redis-sentinel://[user:password@]host[:port],..."
          + "[/db]#master-name or redis-cluster://[user:password@]host[:port],...; with TLS:"
          + " rediss://, rediss-sentinel://, rediss-cluster://";

  private final String url;

  RedisUrl(String url) {
    this.url = url;
  }

  RedisAddress parse() {
    Matcher parts = URL.matcher(url);
    if (!parts.matches()) {
      throw new IllegalArgumentException(FORMS);
    }
    Credentials credentials = credentials(Optional.ofNullable(parts.group(2)));
    String hosts = parts.group(3);
    Optional<String> database = Optional.ofNullable(parts.group(4)).filter(db -> !db.isEmpty());
    Optional<String> master = Optional.ofNullable(parts.group(5));
    String scheme = parts.group(1);
    boolean tls = scheme.startsWith("rediss") || scheme.startsWith("valkeys");
    return switch (scheme) {
      case "redis", "rediss", "valkey", "valkeys" -> {
        refuse(master.isPresent(), "a #master-name is for redis-sentinel:// only");
        refuse(
            hosts.contains(","),
            "one host only; several are for redis-sentinel:// and redis-cluster://");
        Endpoint server = endpoint(hosts, REDIS_PORT);
        yield new RedisAddress.Standalone(server, database(database), tls, credentials);
      }
      case "redis-sentinel", "rediss-sentinel" -> {
        String name = master.orElse("");
        refuse(
            !MASTER_NAME.matcher(name).matches(),
            "the name of the master that the Sentinels watch stands at the end, as #master-name");
        yield new RedisAddress.Sentinel(
            endpoints(hosts, SENTINEL_PORT), name, database(database), tls, credentials);
      }
      case "redis-cluster", "rediss-cluster" -> {
        refuse(master.isPresent(), "a #master-name is for redis-sentinel:// only");
        refuse(database.isPresent(), "a Cluster has no /db");
        yield new RedisAddress.Cluster(endpoints(hosts, REDIS_PORT), tls, credentials);
      }
      default -> throw new IllegalArgumentException(FORMS);
    };
  }

  private static Credentials credentials(Optional<String> userInfo) {
    if (userInfo.isEmpty()) {
      return Credentials.NONE;
    }
    int colon = userInfo.get().indexOf(':');
    // Some clients take a lone word for the password, others for the user.
    refuse(colon < 0, "before the @ stands user:password, or :password without a user");
    String user = decode(userInfo.get().substring(0, colon));
    String password = decode(userInfo.get().substring(colon + 1));
    refuse(user.isEmpty() && password.isEmpty(), "before the @ stands user:password or :password");
    return new Credentials(
        Optional.of(user).filter(name -> !name.isEmpty()), Optional.of(password));
  }

  private static List<Endpoint> endpoints(String hosts, int defaultPort) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (String host : hosts.split(",", -1)) {
      endpoints.add(endpoint(host.strip(), defaultPort));
    }
    refuse(endpoints.size() > MAX_ENDPOINTS, MAX_ENDPOINTS + " hosts at most");
    return endpoints;
  }

  private static Endpoint endpoint(String text, int defaultPort) {
    Matcher parts = ENDPOINT.matcher(text);
    refuse(!parts.matches(), "a host is a name, an IPv4 address, or an IPv6 address in brackets");
    int port = parts.group(3) == null ? defaultPort : Integer.parseInt(parts.group(3));
    refuse(port < 1 || port > 65_535, "a port is a number from 1 to 65535");
    return new Endpoint(parts.group(1) == null ? parts.group(2) : parts.group(1), port);
  }

  private static int database(Optional<String> text) {
    if (text.isEmpty()) {
      return 0;
    }
    refuse(
        !text.get().matches("\\d{1,4}"),
        "behind the / stands the number of a database, 0 to " + MAX_DATABASE);
    return Integer.parseInt(text.get());
  }

  /** Undoes percent-encoding (RFC 3986, section 2.1). A plus is a plus. */
  private static String decode(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < encoded.length; i++) {
      if (encoded[i] != '%') {
        bytes.write(encoded[i]);
        continue;
      }
      boolean twoDigits =
          i + 2 < encoded.length
              && HexFormat.isHexDigit(encoded[i + 1])
              && HexFormat.isHexDigit(encoded[i + 2]);
      refuse(!twoDigits, "a % in the user or password is written as %25");
      bytes.write(
          HexFormat.fromHexDigit(encoded[i + 1]) << 4 | HexFormat.fromHexDigit(encoded[i + 2]));
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(FORMS + "; the user or password is not UTF-8", e);
    }
  }

  private static void refuse(boolean wrong, String why) {
    if (wrong) {
      throw new IllegalArgumentException(FORMS + "; " + why);
    }
  }
}
