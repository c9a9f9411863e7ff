package io.voicepresence.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The origins (RFC 6454) whose pages may use the server from a browser.
 *
 * @param any whether every origin may
 * @param origins in the form in which browsers send them: lower case, no default port
 */
public record AllowedOrigins(boolean any, Set<String> origins) {

  private static final String ALLOWED =
      "a comma-separated list of origins, scheme://host or scheme://host:port, or * alone";

  public AllowedOrigins {
    origins = Set.copyOf(origins);
  }

  static AllowedOrigins none() {
    return new AllowedOrigins(false, Set.of());
  }

  static AllowedOrigins parse(String text) throws WrongValueException {
    if (text.equals("*")) {
      return new AllowedOrigins(true, Set.of());
    }
    Set<String> origins = new LinkedHashSet<>();
    for (String origin : text.split(",", -1)) {
      origins.add(normalised(origin.strip()));
    }
    return new AllowedOrigins(false, origins);
  }

  private static String normalised(String origin) throws WrongValueException {
    URI uri;
    try {
      uri = new URI(origin.toLowerCase(Locale.ROOT));
    } catch (URISyntaxException e) {
      throw new WrongValueException(ALLOWED);
    }
    String port = uri.getPort() < 0 || isDefaultPort(uri) ? "" : ":" + uri.getPort();
    String asSent = uri.getScheme() + "://" + uri.getHost() + port;
    // Whatever is not part of an origin (a path, a user, a query) is missing on the left.
    boolean nothingElse =
        uri.getHost() != null
            && (asSent.equals(uri.toString())
                || (asSent + ":" + uri.getPort()).equals(uri.toString()));
    if (!nothingElse) {
      throw new WrongValueException(ALLOWED);
    }
    return asSent;
  }

  private static boolean isDefaultPort(URI uri) {
    return ("https".equals(uri.getScheme()) && uri.getPort() == 443)
        || ("http".equals(uri.getScheme()) && uri.getPort() == 80);
  }
}
