package io.voicepresence.config;

import io.voicepresence.auth.KeySource;
import io.voicepresence.auth.PublicKeyPem;
import io.voicepresence.presence.redis.RedisAddress;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.spec.SecretKeySpec;

/** The types of all options. */
final class ValueTypes {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(B|KiB|MiB|GiB)");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:%\\[\\]-]{1,255}");
  private static final int MIN_SECRET_BYTES = 32;
  private static final int MAX_PEM_FILE_BYTES = 1024 * 1024;

  private ValueTypes() {}

  static ValueType<String> text() {
    return text -> text;
  }

  static ValueType<String> host() {
    return text -> {
      if (!HOST.matcher(text).matches()) {
        throw new WrongValueException("a host name or an IP address");
      }
      return text;
    };
  }

  static ValueType<Path> path() {
    return text -> {
      try {
        return Path.of(text);
      } catch (InvalidPathException e) {
        throw new WrongValueException("the path of a file");
      }
    };
  }

  static ValueType<Integer> count(int least, int most) {
    return text -> {
      try {
        int count = Integer.parseInt(text);
        if (count >= least && count <= most) {
          return count;
        }
      } catch (NumberFormatException e) {
        // Answered below, as a number out of bounds is.
      }
      throw new WrongValueException("a whole number from " + least + " to " + most);
    };
  }

  static ValueType<Duration> duration(Duration least, Duration most) {
    return text -> {
      Matcher matcher = DURATION.matcher(text);
      if (matcher.matches()) {
        Duration duration = Durations.of(Long.parseLong(matcher.group(1)), matcher.group(2));
        if (duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0) {
          return duration;
        }
      }
      throw new WrongValueException(
          "a duration from %s to %s with its unit, such as 500ms, 300s, 5m or 2h%s"
              .formatted(
                  Durations.format(least),
                  Durations.format(most),
                  isBareNumber(text) ? "; a bare number has no unit" : ""));
    };
  }

  /** A number of bytes, up to what an {@code int} holds: one buffer is never larger. */
  static ValueType<Integer> bytes(int least) {
    return text -> {
      Matcher matcher = SIZE.matcher(text);
      if (matcher.matches()) {
        long bytes = Sizes.of(Long.parseLong(matcher.group(1)), matcher.group(2));
        if (bytes >= least && bytes <= Integer.MAX_VALUE) {
          return (int) bytes;
        }
      }
      throw new WrongValueException(
          "a size from %s to under 2GiB with its unit, such as 16KiB or 1MiB%s"
              .formatted(
                  Sizes.format(least), isBareNumber(text) ? "; a bare number has no unit" : ""));
    };
  }

  private static boolean isBareNumber(String text) {
    return text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** One of the constants, written in lower case. */
  static <E extends Enum<E>> ValueType<E> choice(Class<E> type) {
    Map<String, E> words = new LinkedHashMap<>();
    for (E constant : type.getEnumConstants()) {
      words.put(constant.name().toLowerCase(Locale.ROOT), constant);
    }
    return text -> {
      E constant = words.get(text);
      if (constant == null) {
        throw new WrongValueException("one of " + String.join(", ", words.keySet()));
      }
      return constant;
    };
  }

  static ValueType<KeySource> sharedSecret() {
    return text -> {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      if (bytes.length < MIN_SECRET_BYTES) {
        throw new WrongValueException(
            "a secret of %d bytes or more; this one has %d"
                .formatted(MIN_SECRET_BYTES, bytes.length));
      }
      return new KeySource.SharedSecret(new SecretKeySpec(bytes, "HmacSHA256"));
    };
  }

  static ValueType<KeySource> keySetUrl() {
    return text -> {
      try {
        URI url = new URI(text);
        boolean http = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
        if (http && url.getHost() != null && url.getUserInfo() == null) {
          return new KeySource.KeySetUrl(url);
        }
      } catch (URISyntaxException e) {
        // Answered below, as another scheme is.
      }
      throw new WrongValueException("an http or https URL without a user name or password");
    };
  }

  static ValueType<Boolean> bool() {
    return text ->
        switch (text) {
          case "true" -> true;
          case "false" -> false;
          default -> throw new WrongValueException("true or false");
        };
  }

  static ValueType<RedisAddress> redisAddress() {
    return text -> {
      try {
        return RedisAddress.parse(text);
      } catch (IllegalArgumentException e) {
        throw new WrongValueException(e.getMessage());
      }
    };
  }

  /** Certificates as PEM text, or the path of a file that holds it. */
  static ValueType<List<X509Certificate>> certificates() {
    return text -> {
      try {
        return CertificatesPem.parse(pem(text));
      } catch (CertificateException e) {
        throw new WrongValueException(
            "certificates as PEM text or the path of a file, but " + e.getMessage());
      }
    };
  }

  /** PEM text, or the path of a file that holds it. */
  static ValueType<KeySource> publicKey() {
    return text -> {
      try {
        return new KeySource.OnePublicKey(PublicKeyPem.parse(pem(text)));
      } catch (InvalidKeyException e) {
        throw new WrongValueException("a public key, but " + e.getMessage());
      }
    };
  }

  private static String pem(String text) throws WrongValueException {
    try {
      return text.startsWith("-----") ? text : TextFile.read(Path.of(text), MAX_PEM_FILE_BYTES);
    } catch (IOException | InvalidPathException e) {
      throw new WrongValueException("PEM text or the path of a readable file that holds it");
    }
  }
}
