package io.voicepresence.presence.redis;

import java.util.List;
import java.util.Optional;

/** Where Redis is and how to enter: what {@code REDIS_URL} says. */
public sealed interface RedisAddress {

  /** Whether connections are encrypted, and the server's certificate checked. */
  boolean tls();

  /** Who we are there. */
  Credentials credentials();

  /**
   * Reads an address in one of the forms of {@code docs/configuration.md}.
   *
   * @throws IllegalArgumentException with what is allowed, worded to follow "it must be"; it never
   *     repeats the text, which may hold a password
   */
  static RedisAddress parse(String url) {
    return new RedisUrl(url).parse();
  }

  /** One server alone, or what stands for one, such as a proxy. */
  record Standalone(Endpoint server, int database, boolean tls, Credentials credentials)
      implements RedisAddress {}

  /**
   * A master and its replicas, watched by Sentinels.
   *
   * @param sentinels at least one
   */
  record Sentinel(
      List<Endpoint> sentinels,
      String masterName,
      int database,
      boolean tls,
      Credentials credentials)
      implements RedisAddress {
    public Sentinel {
      sentinels = List.copyOf(sentinels);
    }
  }

  /**
   * Masters that share the slots.
   *
   * @param seeds some of its nodes, at least one: the others are learned from them
   */
  record Cluster(List<Endpoint> seeds, boolean tls, Credentials credentials)
      implements RedisAddress {
    public Cluster {
      seeds = List.copyOf(seeds);
    }
  }

  /** Where a server listens. */
  record Endpoint(String host, int port) {

    /** As in {@code host:port}; an IPv6 address stands in brackets. */
    @Override
    public String toString() {
      return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
  }

  /**
   * A user of the server.
   *
   * @param user empty for the default one
   * @param password empty where none is wanted; an empty text for an ACL user without one
   */
  record Credentials(Optional<String> user, Optional<String> password) {
    static final Credentials NONE = new Credentials(Optional.empty(), Optional.empty());

    /** Without the password. */
    @Override
    public String toString() {
      return user.orElse("default") + (password.isPresent() ? ":***" : "");
    }
  }
}
