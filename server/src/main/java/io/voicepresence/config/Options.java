package io.voicepresence.config;

import static io.voicepresence.config.Option.notInThisVersion;
import static io.voicepresence.config.Option.withoutDefault;

import io.voicepresence.auth.KeySource;
import io.voicepresence.config.Option.Group;
import io.voicepresence.presence.redis.RedisAddress;
import io.voicepresence.presence.redis.RedisSettings;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;

/** The table of all options. */
final class Options {
  private static final ValueType<Duration> SOME_TIME =
      ValueTypes.duration(Duration.ofMillis(1), Duration.ofHours(24));
  private static final ValueType<Duration> SOME_TIME_OR_NONE =
      ValueTypes.duration(Duration.ZERO, Duration.ofHours(24));
  private static final ValueType<Integer> COUNT = ValueTypes.count(1, 10_000_000);

  static final Option<Path> CONFIG_FILE =
      withoutDefault(
          "CONFIG_FILE",
          Group.SERVER,
          ValueTypes.path(),
          "A YAML file with any of these options: in lower case, with dashes (redis-url). The"
              + " environment wins.");
  static final Option<String> HOST =
      Option.of("HOST", Group.SERVER, "0.0.0.0", ValueTypes.host(), "The address to listen on.");
  static final Option<Integer> PORT =
      Option.of(
          "PORT",
          Group.SERVER,
          "8080",
          ValueTypes.count(0, 65_535),
          "The port to listen on, for HTTP and Socket.IO; 0 takes a free one.");
  static final Option<AllowedOrigins> CORS_ORIGINS =
      withoutDefault(
          "CORS_ORIGINS",
          Group.SERVER,
          AllowedOrigins::parse,
          "The origins whose pages may use the server from a browser, for HTTP and for WebSocket:"
              + " scheme://host[:port], comma-separated, or *. None: only pages that it serves"
              + " itself.");
  static final Option<Duration> SHUTDOWN_GRACE =
      Option.of(
          "SHUTDOWN_GRACE",
          Group.SERVER,
          "10s",
          SOME_TIME_OR_NONE,
          "How long a stop waits for commands under way.");
  static final Option<Boolean> IO_URING =
      Option.of(
          "IO_URING",
          Group.SERVER,
          "true",
          ValueTypes.bool(),
          "true: an event for many sockets is handed to the Linux kernel in one call, where the"
              + " system allows io_uring (6.0 or later; containers often do not). false: never.");

  static final Option<KeySource> JWT_SECRET =
      withoutDefault(
              "JWT_SECRET",
              Group.KEYS,
              ValueTypes.sharedSecret(),
              "The HS256 key shared with the issuer of the tokens, 32 bytes or more.")
          .secret();
  static final Option<KeySource> JWT_JWKS_URL =
      withoutDefault(
          "JWT_JWKS_URL",
          Group.KEYS,
          ValueTypes.keySetUrl(),
          "The issuer's key set, for RS256, ES256 and EdDSA. An unknown key id makes the server"
              + " read it again, at most every 30 s.");

  /** Not shown in errors: somebody may set the private key by mistake. */
  static final Option<KeySource> JWT_PUBLIC_KEY =
      withoutDefault(
              "JWT_PUBLIC_KEY",
              Group.KEYS,
              ValueTypes.publicKey(),
              "The issuer's public key for RS256, ES256 or EdDSA (Ed25519), as PEM text or the path"
                  + " of a file.")
          .secret();

  static final Option<String> JWT_ISSUER =
      withoutDefault(
          "JWT_ISSUER", Group.KEYS, ValueTypes.text(), "The only issuer (iss) to accept.");
  static final Option<String> JWT_AUDIENCE =
      withoutDefault(
          "JWT_AUDIENCE",
          Group.KEYS,
          ValueTypes.text(),
          "What a token's audience (aud) must contain.");

  static final Option<Duration> VOICE_PRESENCE_TTL =
      Option.of(
          "VOICE_PRESENCE_TTL",
          Group.PRESENCE,
          "300s",
          ValueTypes.duration(Duration.ofSeconds(1), Duration.ofHours(24)),
          "How long a presence lasts that is not renewed. Clients refresh every 120 s.");
  static final Option<Duration> DISCONNECT_GRACE =
      Option.of(
          "DISCONNECT_GRACE",
          Group.PRESENCE,
          "20s",
          SOME_TIME_OR_NONE,
          "How long a presence outlives its dropped socket.");
  static final Option<EventNames> SOCKETIO_EVENT_NAMES =
      Option.of(
          "SOCKETIO_EVENT_NAMES",
          Group.PRESENCE,
          "constant",
          ValueTypes.choice(EventNames.class),
          "How the server's events are named: constant (VOICE_CHANNEL_USER_JOINED) or semaphore"
              + " (voiceChannelUserJoined).");

  static final Option<AccessModeName> CHANNEL_ACCESS =
      Option.of(
          "CHANNEL_ACCESS",
          Group.ACCESS,
          "token",
          ValueTypes.choice(AccessModeName.class),
          "open: everyone may join every channel. static: the channels and members in the"
              + " configuration file. token: the claim voice of the token. http and sql are not"
              + " available in this version.");
  static final Option<String> CHANNEL_ACCESS_URL =
      notInThisVersion("CHANNEL_ACCESS_URL", Group.ACCESS, "http: the application's address.");
  static final Option<String> CHANNEL_ACCESS_SECRET =
      notInThisVersion("CHANNEL_ACCESS_SECRET", Group.ACCESS, "http: the key that signs requests.");
  static final Option<String> CHANNEL_ACCESS_JDBC_URL =
      notInThisVersion("CHANNEL_ACCESS_JDBC_URL", Group.ACCESS, "sql: the database.");
  static final Option<String> CHANNEL_ACCESS_JDBC_USER =
      notInThisVersion("CHANNEL_ACCESS_JDBC_USER", Group.ACCESS, "sql: the database's user.");
  static final Option<String> CHANNEL_ACCESS_JDBC_PASSWORD =
      notInThisVersion(
          "CHANNEL_ACCESS_JDBC_PASSWORD", Group.ACCESS, "sql: the database user's password.");
  static final Option<String> CHANNEL_ACCESS_QUERY =
      notInThisVersion(
          "CHANNEL_ACCESS_QUERY",
          Group.ACCESS,
          "sql: the query, with :userId and :channelId, one row per permission.");

  static final Option<Integer> MAX_PAYLOAD =
      Option.of(
          "MAX_PAYLOAD",
          Group.LIMITS,
          "64KiB",
          ValueTypes.bytes(1024),
          "The largest Socket.IO payload from a client.");
  static final Option<Duration> PING_INTERVAL =
      Option.of(
          "PING_INTERVAL",
          Group.LIMITS,
          "25s",
          SOME_TIME,
          "The time from one ping to the next on a connection.");
  static final Option<Duration> PING_TIMEOUT =
      Option.of(
          "PING_TIMEOUT",
          Group.LIMITS,
          "20s",
          SOME_TIME,
          "How long a client may take to answer a ping before it is cut off.");
  static final Option<Duration> CONNECT_TIMEOUT =
      Option.of(
          "CONNECT_TIMEOUT",
          Group.LIMITS,
          "10s",
          SOME_TIME,
          "How long a new connection may take to show its token.");
  static final Option<Integer> MAX_CONNECTIONS =
      Option.of(
          "MAX_CONNECTIONS",
          Group.LIMITS,
          "100000",
          COUNT,
          "How many sockets may be open at once.");
  static final Option<Integer> MAX_SUBSCRIPTIONS =
      Option.of(
          "MAX_SUBSCRIPTIONS",
          Group.LIMITS,
          "1000",
          COUNT,
          "How many channels one socket may subscribe to.");
  static final Option<Integer> MAX_CHANNELS_PER_USER =
      Option.of(
          "MAX_CHANNELS_PER_USER",
          Group.LIMITS,
          "1000",
          COUNT,
          "How many channels one user may be in at once.");
  static final Option<Integer> COMMAND_RATE =
      Option.of(
          "COMMAND_RATE",
          Group.LIMITS,
          "200",
          COUNT,
          "How many commands a second one user may send, in the long run.");
  static final Option<Integer> COMMAND_BURST =
      Option.of(
          "COMMAND_BURST",
          Group.LIMITS,
          "2000",
          COUNT,
          "How many commands one user may send at once; at least COMMAND_RATE.");
  static final Option<Integer> OUTBOUND_LIMIT =
      Option.of(
          "OUTBOUND_LIMIT",
          Group.LIMITS,
          "1MiB",
          ValueTypes.bytes(1024),
          "How much may wait for one slow socket before it is closed.");
  static final Option<Integer> OUTBOUND_TOTAL =
      Option.of(
          "OUTBOUND_TOTAL",
          Group.LIMITS,
          "256MiB",
          ValueTypes.bytes(1024),
          "How much may wait for all slow sockets together; at least OUTBOUND_LIMIT.");

  static final Option<LogLevel> LOG_LEVEL =
      Option.of(
          "LOG_LEVEL",
          Group.LOGGING,
          "info",
          ValueTypes.choice(LogLevel.class),
          "error, warn, info, debug or trace. The last two hold for this server's own code, not for"
              + " its libraries.");
  static final Option<LogFormat> LOG_FORMAT =
      Option.of(
          "LOG_FORMAT",
          Group.LOGGING,
          "text",
          ValueTypes.choice(LogFormat.class),
          "text: one line for people. json: one JSON object a line.");

  static final Option<RedisAddress> REDIS_URL =
      withoutDefault(
              "REDIS_URL",
              Group.REDIS,
              ValueTypes.redisAddress(),
              "The Redis (7.0 or later) or Valkey (7.2 or later) that several nodes share. None: each"
                  + " node keeps presence in its own memory.")
          .secret();

  /** Not shown in errors: somebody may set the private key by mistake. */
  static final Option<List<X509Certificate>> REDIS_CA =
      withoutDefault(
              "REDIS_CA",
              Group.REDIS,
              ValueTypes.certificates(),
              "Who signed the certificates of Redis, as PEM text or the path of a file, with TLS"
                  + " only. None: whom the JVM trusts.")
          .secret();

  static final Option<Duration> REDIS_TIMEOUT =
      Option.of(
          "REDIS_TIMEOUT",
          Group.REDIS,
          "1s",
          ValueTypes.duration(Duration.ofMillis(10), RedisSettings.MAX_COMMAND_TIMEOUT),
          "How long Redis may take to answer before the request fails as unavailable (503).");
  static final Option<Boolean> OTHER_BACKEND =
      Option.of(
          "OTHER_BACKEND",
          Group.REDIS,
          "false",
          ValueTypes.bool(),
          "true: another backend writes to the same Redis; what it writes reaches subscribers within"
              + " 5 s.");
  static final Option<String> LIVEKIT_URL =
      notInThisVersion("LIVEKIT_URL", Group.LIVEKIT, "The LiveKit server.");
  static final Option<String> LIVEKIT_API_KEY =
      notInThisVersion("LIVEKIT_API_KEY", Group.LIVEKIT, "The name of its key.");
  static final Option<String> LIVEKIT_API_SECRET =
      notInThisVersion("LIVEKIT_API_SECRET", Group.LIVEKIT, "Its key.");

  /** Every option, in the order to show them. */
  static final List<Option<?>> ALL =
      List.of(
          CONFIG_FILE,
          HOST,
          PORT,
          CORS_ORIGINS,
          SHUTDOWN_GRACE,
          IO_URING,
          JWT_SECRET,
          JWT_JWKS_URL,
          JWT_PUBLIC_KEY,
          JWT_ISSUER,
          JWT_AUDIENCE,
          VOICE_PRESENCE_TTL,
          DISCONNECT_GRACE,
          SOCKETIO_EVENT_NAMES,
          CHANNEL_ACCESS,
          CHANNEL_ACCESS_URL,
          CHANNEL_ACCESS_SECRET,
          CHANNEL_ACCESS_JDBC_URL,
          CHANNEL_ACCESS_JDBC_USER,
          CHANNEL_ACCESS_JDBC_PASSWORD,
          CHANNEL_ACCESS_QUERY,
          MAX_PAYLOAD,
          PING_INTERVAL,
          PING_TIMEOUT,
          CONNECT_TIMEOUT,
          MAX_CONNECTIONS,
          MAX_SUBSCRIPTIONS,
          MAX_CHANNELS_PER_USER,
          COMMAND_RATE,
          COMMAND_BURST,
          OUTBOUND_LIMIT,
          OUTBOUND_TOTAL,
          LOG_LEVEL,
          LOG_FORMAT,
          REDIS_URL,
          REDIS_CA,
          REDIS_TIMEOUT,
          OTHER_BACKEND,
          LIVEKIT_URL,
          LIVEKIT_API_KEY,
          LIVEKIT_API_SECRET);

  private Options() {}
}
