package io.voicepresence.config;

import io.voicepresence.auth.KeySource;
import io.voicepresence.presence.redis.RedisAddress;
import io.voicepresence.presence.redis.RedisSettings;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the settings from the environment and the configuration file, and checks each value and how
 * they fit together. Whatever is wrong is found at once.
 */
public final class SettingsLoader {
  private static final List<Option<KeySource>> KEY_OPTIONS =
      List.of(Options.JWT_SECRET, Options.JWT_JWKS_URL, Options.JWT_PUBLIC_KEY);

  private static final List<Option<?>> REDIS_OPTIONS =
      List.of(Options.REDIS_URL, Options.REDIS_CA, Options.REDIS_TIMEOUT, Options.OTHER_BACKEND);

  private final boolean demo;
  private final Problems problems = new Problems();
  private final ConfigFile file;
  private final Sources sources;

  private SettingsLoader(boolean demo, Optional<Path> file, Map<String, String> environment) {
    this.demo = demo;
    Optional<Path> path =
        file.or(() -> new Sources(environment, Map.of(), problems).find(Options.CONFIG_FILE));
    this.file = path.map(p -> ConfigFile.read(p, problems)).orElseGet(ConfigFile::none);
    this.sources = new Sources(environment, this.file.values(), problems);
  }

  /**
   * Reads and checks everything.
   *
   * @param demo whether {@code --demo} is given
   * @param file the configuration file; empty: the one that {@code CONFIG_FILE} names, if any
   * @throws WrongSettingsException with everything that is wrong
   */
  public static Settings load(boolean demo, Optional<Path> file, Map<String, String> environment)
      throws WrongSettingsException {
    return new SettingsLoader(demo, file, environment).load();
  }

  private Settings load() throws WrongSettingsException {
    Options.ALL.forEach(sources::refuseIfUnavailable);
    Settings.Listener listener = listener();
    Optional<KeySource> keys = demo ? demoKeys() : configuredKeys();
    Optional<String> issuer = sources.find(Options.JWT_ISSUER);
    Optional<String> audience = sources.find(Options.JWT_AUDIENCE);
    Settings.Presence presence =
        new Settings.Presence(
            sources.get(Options.VOICE_PRESENCE_TTL),
            sources.get(Options.DISCONNECT_GRACE),
            sources.get(Options.SOCKETIO_EVENT_NAMES));
    Settings.Store store = store();
    AccessMode access = demo ? demoAccess() : configuredAccess();
    Settings.Limits limits = limits();
    Settings.Logs logs =
        new Settings.Logs(sources.get(Options.LOG_LEVEL), sources.get(Options.LOG_FORMAT));
    problems.throwIfAny();
    return new Settings(
        demo,
        listener,
        new Settings.Tokens(keys.orElseThrow(), issuer, audience),
        presence,
        store,
        access,
        limits,
        logs);
  }

  private Settings.Listener listener() {
    String host = sources.get(Options.HOST);
    if (demo) {
      host = sources.isSet(Options.HOST) ? host : DemoMode.HOST;
      if (!DemoMode.isLoopback(host)) {
        problems.wrong(sources.source(Options.HOST), host, "a loopback address, because of --demo");
      }
    }
    return new Settings.Listener(
        host,
        sources.get(Options.PORT),
        sources.find(Options.CORS_ORIGINS).orElseGet(AllowedOrigins::none),
        sources.get(Options.SHUTDOWN_GRACE),
        sources.get(Options.IO_URING));
  }

  private Optional<KeySource> configuredKeys() {
    List<Option<KeySource>> set = KEY_OPTIONS.stream().filter(sources::isSet).toList();
    if (set.isEmpty()) {
      problems.add(
          "No key to check tokens with: set one of "
              + names(KEY_OPTIONS)
              + ", or start with --demo to try the server out");
      return Optional.empty();
    }
    if (set.size() > 1) {
      problems.add(
          "There are %d keys to check tokens with: set only one of %s"
              .formatted(set.size(), names(set)));
    }
    Optional<KeySource> first = Optional.empty();
    for (Option<KeySource> option : set) { // All, so that each wrong one is told.
      Optional<KeySource> keys = sources.find(option);
      first = first.or(() -> keys);
    }
    return first;
  }

  private Optional<KeySource> demoKeys() {
    List<Option<?>> refused = new ArrayList<>(KEY_OPTIONS);
    refused.add(Options.JWT_ISSUER);
    refused.add(Options.JWT_AUDIENCE);
    refused.forEach(this::refuseInDemo);
    return Optional.of(DemoMode.randomKey());
  }

  private AccessMode demoAccess() {
    refuseInDemo(Options.CHANNEL_ACCESS);
    if (file.channels().isPresent()) {
      problems.add("channels (in the file) cannot be set together with --demo");
    }
    return new AccessMode.Static(DemoMode.CHANNELS);
  }

  private void refuseInDemo(Option<?> option) {
    if (sources.isSet(option)) {
      problems.add(sources.source(option) + " cannot be set together with --demo");
    }
  }

  private AccessMode configuredAccess() {
    AccessModeName name = sources.get(Options.CHANNEL_ACCESS);
    if (name != AccessModeName.STATIC && file.channels().isPresent()) {
      problems.add("channels (in the file) is only allowed with CHANNEL_ACCESS=static");
    }
    return switch (name) {
      case OPEN -> new AccessMode.Open();
      case TOKEN -> new AccessMode.Token();
      case STATIC -> {
        if (file.channels().isEmpty()) {
          problems.add("CHANNEL_ACCESS=static needs channels in the configuration file");
        }
        yield new AccessMode.Static(file.channels().orElseGet(Map::of));
      }
      case HTTP, SQL -> {
        problems.wrong(
            sources.source(Options.CHANNEL_ACCESS),
            name == AccessModeName.HTTP ? "http" : "sql",
            "one of open, static, token; http and sql are not available in this version");
        yield new AccessMode.Token();
      }
    };
  }

  private Settings.Store store() {
    Optional<RedisAddress> address = sources.find(Options.REDIS_URL);
    List<X509Certificate> trusted = sources.find(Options.REDIS_CA).orElseGet(List::of);
    RedisSettings connection =
        new RedisSettings(
            sources.get(Options.REDIS_TIMEOUT), RedisSettings.DEFAULT_MAX_IN_FLIGHT, trusted);
    boolean otherBackend = sources.get(Options.OTHER_BACKEND);
    if (demo) {
      REDIS_OPTIONS.forEach(this::refuseInDemo);
    } else if (!sources.isSet(Options.REDIS_URL)) {
      REDIS_OPTIONS.stream()
          .filter(sources::isSet)
          .forEach(o -> problems.add(sources.source(o) + " is set, but it needs REDIS_URL"));
    } else if (sources.isSet(Options.REDIS_CA) && address.isPresent() && !address.get().tls()) {
      problems.add(
          sources.source(Options.REDIS_CA)
              + " is set, but REDIS_URL is without TLS: it must begin with rediss");
    }
    return address
        .<Settings.Store>map(a -> new Settings.Store.Redis(a, connection, otherBackend))
        .orElseGet(Settings.Store.Memory::new);
  }

  private Settings.Limits limits() {
    Settings.Limits limits =
        new Settings.Limits(
            sources.get(Options.MAX_PAYLOAD),
            sources.get(Options.PING_INTERVAL),
            sources.get(Options.PING_TIMEOUT),
            sources.get(Options.CONNECT_TIMEOUT),
            sources.get(Options.MAX_CONNECTIONS),
            sources.get(Options.MAX_SUBSCRIPTIONS),
            sources.get(Options.MAX_CHANNELS_PER_USER),
            sources.get(Options.COMMAND_RATE),
            sources.get(Options.COMMAND_BURST),
            sources.get(Options.OUTBOUND_LIMIT),
            sources.get(Options.OUTBOUND_TOTAL));
    if (limits.commandBurst() < limits.commandRate()) {
      problems.wrong(
          sources.source(Options.COMMAND_BURST),
          Integer.toString(limits.commandBurst()),
          "at least COMMAND_RATE, which is " + limits.commandRate());
    }
    if (limits.outboundLimitBytes() <= limits.maxPayloadBytes()) {
      problems.wrong(
          sources.source(Options.OUTBOUND_LIMIT),
          Sizes.format(limits.outboundLimitBytes()),
          "more than MAX_PAYLOAD, which is " + Sizes.format(limits.maxPayloadBytes()));
    }
    if (limits.outboundTotalBytes() < limits.outboundLimitBytes()) {
      problems.wrong(
          sources.source(Options.OUTBOUND_TOTAL),
          Sizes.format(limits.outboundTotalBytes()),
          "at least OUTBOUND_LIMIT, which is " + Sizes.format(limits.outboundLimitBytes()));
    }
    return limits;
  }

  private static String names(List<Option<KeySource>> options) {
    return String.join(", ", options.stream().map(Option::name).toList());
  }
}
