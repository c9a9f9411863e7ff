package io.voicepresence.origin;

import java.util.Locale;
import java.util.Set;

/**
 * The origins whose pages may call this server, beside the server's own. Source: RFC 6454, the
 * Fetch standard's CORS protocol.
 *
 * @param allowed origins as browsers send them ({@code https://app.example.com}); {@code *} stands
 *     for all
 */
public record OriginPolicy(Set<String> allowed) {

  public OriginPolicy {
    allowed =
        allowed.stream()
            .map(OriginPolicy::normal)
            .collect(java.util.stream.Collectors.toUnmodifiableSet());
  }

  public static OriginPolicy of(String... origins) {
    return new OriginPolicy(Set.of(origins));
  }

  /** Whether any page at all may call. */
  public boolean allowsAll() {
    return allowed.contains("*");
  }

  /**
   * May a page of {@code origin} call?
   *
   * @param origin the {@code Origin} header, empty if there was none (then yes)
   * @param host the {@code Host} header, empty if there was none
   */
  public boolean allows(String origin, String host) {
    return origin.isEmpty() || isSameOrigin(origin, host) || isListed(origin);
  }

  /** Whether {@code origin} is in the set, so that CORS headers are due. */
  public boolean isListed(String origin) {
    return allowsAll() || allowed.contains(normal(origin));
  }

  /**
   * Whether the origin's host and port are the ones that the request was sent to. The scheme is not
   * compared: behind a proxy that ends TLS the server does not know it.
   */
  public static boolean isSameOrigin(String origin, String host) {
    int scheme = origin.indexOf("://");
    return scheme > 0 && !host.isEmpty() && origin.substring(scheme + 3).equalsIgnoreCase(host);
  }

  private static String normal(String origin) {
    String lower = origin.strip().toLowerCase(Locale.ROOT);
    return lower.endsWith("/") ? lower.substring(0, lower.length() - 1) : lower;
  }
}
