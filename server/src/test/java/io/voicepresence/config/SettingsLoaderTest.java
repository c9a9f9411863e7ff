package io.voicepresence.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.voicepresence.auth.KeySource;
import io.voicepresence.origin.OriginPolicy;
import io.voicepresence.presence.redis.RedisAddress;
import io.voicepresence.presence.redis.RedisSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsLoaderTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  @TempDir private Path folder;

  private static Settings load(String... environment) throws WrongSettingsException {
    return SettingsLoader.load(false, Optional.empty(), env(environment));
  }

  /** Name, value, name, value; with a key unless one is among them. */
  private static Map<String, String> env(String... pairs) {
    Map<String, String> env = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      env.put(pairs[i], pairs[i + 1]);
    }
    env.putIfAbsent("JWT_SECRET", SECRET);
    return env;
  }

  private static List<String> problems(boolean demo, Map<String, String> environment) {
    return org.assertj.core.api.Assertions.catchThrowableOfType(
            WrongSettingsException.class,
            () -> SettingsLoader.load(demo, Optional.empty(), environment))
        .lines();
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("voice-presence.yml"), text);
  }

  @Test
  void theDefaultsAreThoseOfTheContract() throws WrongSettingsException {
    Settings settings = load();

    assertThat(settings.demo()).isFalse();
    assertThat(settings.listener())
        .isEqualTo(
            new Settings.Listener(
                "0.0.0.0",
                8080,
                new AllowedOrigins(false, Set.of()),
                Duration.ofSeconds(10),
                true));
    assertThat(settings.tokens().issuer()).isEmpty();
    assertThat(settings.tokens().audience()).isEmpty();
    assertThat(settings.presence())
        .isEqualTo(
            new Settings.Presence(
                Duration.ofSeconds(300), Duration.ofSeconds(20), EventNames.CONSTANT));
    assertThat(settings.store()).isEqualTo(new Settings.Store.Memory());
    assertThat(settings.access()).isEqualTo(new AccessMode.Token());
    assertThat(settings.limits())
        .isEqualTo(
            new Settings.Limits(
                65_536,
                Duration.ofSeconds(25),
                Duration.ofSeconds(20),
                Duration.ofSeconds(10),
                100_000,
                1_000,
                1_000,
                200,
                2_000,
                1_048_576,
                268_435_456));
    assertThat(settings.logs()).isEqualTo(new Settings.Logs(LogLevel.INFO, LogFormat.TEXT));
  }

  static Stream<Arguments> wrongValues() {
    return Stream.of(
        arguments("HOST", "a b", "a host name or an IP address"),
        arguments("PORT", "http", "a whole number from 0 to 65535"),
        arguments("PORT", "65536", "a whole number from 0 to 65535"),
        arguments("PORT", "-1", "a whole number from 0 to 65535"),
        arguments("VOICE_PRESENCE_TTL", "300", "a bare number has no unit"),
        arguments("VOICE_PRESENCE_TTL", "999ms", "a duration from 1s to 24h"),
        arguments("VOICE_PRESENCE_TTL", "25h", "a duration from 1s to 24h"),
        arguments("VOICE_PRESENCE_TTL", "5 min", "such as 500ms, 300s, 5m or 2h"),
        arguments("DISCONNECT_GRACE", "-1s", "a duration from 0s to 24h"),
        arguments("PING_INTERVAL", "0s", "a duration from 1ms"),
        arguments("PING_TIMEOUT", "0ms", "a duration from 1ms"),
        arguments("CONNECT_TIMEOUT", "1d", "a duration from 1ms"),
        arguments("SHUTDOWN_GRACE", "9999999999999999s", "a duration from 0s"),
        arguments("MAX_PAYLOAD", "65536", "a bare number has no unit"),
        arguments("MAX_PAYLOAD", "64KB", "a size from 1KiB"),
        arguments("OUTBOUND_LIMIT", "2GiB", "under 2GiB"),
        arguments("MAX_CONNECTIONS", "0", "a whole number from 1"),
        arguments("MAX_SUBSCRIPTIONS", "1e3", "a whole number from 1"),
        arguments("COMMAND_RATE", "0", "a whole number from 1"),
        arguments("COMMAND_BURST", "199", "at least COMMAND_RATE, which is 200"),
        arguments("OUTBOUND_LIMIT", "64KiB", "more than MAX_PAYLOAD, which is 64KiB"),
        arguments("MAX_CHANNELS_PER_USER", "0", "a whole number from 1"),
        arguments("OUTBOUND_TOTAL", "512KiB", "at least OUTBOUND_LIMIT, which is 1MiB"),
        arguments("LOG_LEVEL", "loud", "one of error, warn, info, debug, trace"),
        arguments("LOG_FORMAT", "xml", "one of text, json"),
        arguments("SOCKETIO_EVENT_NAMES", "camel", "one of constant, semaphore"),
        arguments("CHANNEL_ACCESS", "closed", "one of open, static, token"),
        arguments("CHANNEL_ACCESS", "http", "not available in this version"),
        arguments("CHANNEL_ACCESS", "sql", "not available in this version"),
        arguments("CORS_ORIGINS", "example.com", "scheme://host"),
        arguments("CORS_ORIGINS", "https://a.com/", "scheme://host"),
        arguments("CORS_ORIGINS", "https://a.com,,https://b.com", "scheme://host"),
        arguments("CORS_ORIGINS", "*,https://b.com", "scheme://host"),
        arguments("CORS_ORIGINS", "null", "scheme://host"),
        arguments("CORS_ORIGINS", "https://*.a.com", "scheme://host"),
        arguments("CONFIG_FILE", "/no/such/file", "a readable UTF-8 text file"),
        arguments("CONFIG_FILE", "/dev/zero", "of 1 MiB at most"),
        arguments("CONFIG_FILE", "/", "a readable UTF-8 text file"));
  }

  @ParameterizedTest
  @MethodSource("wrongValues")
  void aWrongValueIsToldInOneLineWithItsNameAndWhatIsAllowed(
      String name, String value, String allowed) {
    assertThat(problems(false, env(name, value)))
        .singleElement()
        .asString()
        .startsWith(name + "=" + value + " is wrong: it must be ")
        .contains(allowed)
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "LIVEKIT_URL",
        "LIVEKIT_API_KEY",
        "LIVEKIT_API_SECRET",
        "CHANNEL_ACCESS_URL",
        "CHANNEL_ACCESS_SECRET",
        "CHANNEL_ACCESS_JDBC_URL",
        "CHANNEL_ACCESS_JDBC_USER",
        "CHANNEL_ACCESS_JDBC_PASSWORD",
        "CHANNEL_ACCESS_QUERY"
      })
  void whatThisVersionCannotDoIsRefusedAndNeverIgnored(String name) {
    assertThat(problems(false, env(name, "redis://u:hunter2@h")))
        .containsExactly(name + " is set, but is not available in this version: remove it");
  }

  @Test
  void everythingThatIsWrongIsToldAtOnce() {
    assertThat(
            problems(
                false,
                Map.of("PORT", "x", "JWT_SECRET", "short", "LOG_LEVEL", "x", "REDIS_URL", "x")))
        .hasSize(4);
  }

  @Test
  void noSecretIsEverShown() {
    String privateKey = "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----";
    Map<String, String> env = new HashMap<>();
    env.put("JWT_SECRET", "hunter2");
    env.put("JWT_PUBLIC_KEY", privateKey);
    env.put("JWT_JWKS_URL", "https://user:hunter2@id.example.com/" + "x".repeat(200));
    env.put("REDIS_URL", "redis://u:hunter2@h:x");
    env.put("REDIS_CA", privateKey);
    env.put("LIVEKIT_API_SECRET", "hunter2");

    List<String> problems = problems(false, env);

    assertThat(problems).hasSize(7).noneMatch(line -> line.contains("hunter2"));
    assertThat(problems)
        .contains("JWT_SECRET is wrong: it must be a secret of 32 bytes or more; this one has 7");
  }

  @Test
  void theSecretIsNotInTheSettingsTextEither() throws WrongSettingsException {
    assertThat(load().toString()).doesNotContain(SECRET);
  }

  @Test
  void aValueIsShownInOneLineOfBoundedLength() {
    assertThat(problems(false, env("LOG_LEVEL", "a\nb\u2028" + "c".repeat(500))))
        .singleElement()
        .asString()
        .hasSizeLessThan(200)
        .doesNotContain("\n", "\u2028");
  }

  @Test
  void withoutAKeyThereIsNoStart() {
    assertThat(problems(false, Map.of()))
        .singleElement()
        .asString()
        .contains("JWT_SECRET, JWT_JWKS_URL, JWT_PUBLIC_KEY", "--demo");
    assertThat(problems(false, Map.of("JWT_SECRET", ""))).hasSize(1);
  }

  @Test
  void twoKeysAreOneTooMany() {
    assertThat(problems(false, env("JWT_JWKS_URL", "https://id.example.com/keys")))
        .singleElement()
        .asString()
        .contains("set only one of JWT_SECRET, JWT_JWKS_URL");
  }

  @Test
  void aKeySetsUrlIsHttp() {
    for (String url :
        List.of("ftp://h/", "file:///etc/passwd", "https:///keys", "keys", "http://")) {
      assertThat(problems(false, Map.of("JWT_JWKS_URL", url)))
          .containsExactly(
              "JWT_JWKS_URL="
                  + url
                  + " is wrong: it must be an http or https URL without a user name or password");
    }
  }

  @Test
  void aPublicKeyMayBeTextOrAFile() throws Exception {
    String pem = publicKeyPem();
    for (String value : List.of(pem, pem.replace("\n", "\\n"), file(pem).toString())) {
      Settings settings =
          SettingsLoader.load(false, Optional.empty(), Map.of("JWT_PUBLIC_KEY", value));

      assertThat(settings.tokens().keys()).isInstanceOf(KeySource.OnePublicKey.class);
    }
    assertThat(problems(false, Map.of("JWT_PUBLIC_KEY", "/no/such/file")))
        .containsExactly(
            "JWT_PUBLIC_KEY is wrong: it must be PEM text or the path of a readable file that holds"
                + " it");
  }

  private static String publicKeyPem() throws GeneralSecurityException {
    byte[] key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic().getEncoded();
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getEncoder().encodeToString(key)
        + "\n-----END PUBLIC KEY-----\n";
  }

  @Test
  void redisIsReadWithAllThatBelongsToIt() throws Exception {
    String pem = certificatePem();
    for (String ca : List.of(pem, pem.replace("\n", "\\n"), file("About:\n" + pem).toString())) {
      Settings.Store store =
          load(
                  "REDIS_URL",
                  "rediss://u:hunter2@h",
                  "REDIS_CA",
                  ca,
                  "REDIS_TIMEOUT",
                  "200ms",
                  "OTHER_BACKEND",
                  "true")
              .store();

      assertThat(store)
          .isInstanceOfSatisfying(
              Settings.Store.Redis.class,
              redis -> {
                assertThat(redis.address()).isEqualTo(RedisAddress.parse("rediss://u:hunter2@h"));
                assertThat(redis.connection().commandTimeout()).isEqualTo(Duration.ofMillis(200));
                assertThat(redis.connection().trusted()).hasSize(1);
                assertThat(redis.otherBackend()).isTrue();
              });
      assertThat(store.toString()).doesNotContain("hunter2");
    }
    assertThat(load("REDIS_URL", "redis://h").store())
        .isEqualTo(
            new Settings.Store.Redis(
                RedisAddress.parse("redis://h"),
                new RedisSettings(Duration.ofSeconds(1), 10_000, List.of()),
                false));
  }

  @Test
  void aWrongRedisIsToldWithWhatIsAllowed() {
    assertThat(problems(false, env("REDIS_URL", "redis-cluster://h/1")))
        .singleElement()
        .asString()
        .startsWith("REDIS_URL is wrong: it must be redis://")
        .contains("a Cluster has no /db");
    for (String value : List.of("1100ms", "2s", "9ms")) {
      assertThat(problems(false, env("REDIS_URL", "redis://h", "REDIS_TIMEOUT", value)))
          .singleElement()
          .asString()
          .startsWith(
              "REDIS_TIMEOUT=" + value + " is wrong: it must be a duration from 10ms to 1s");
    }
    assertThat(problems(false, env("REDIS_URL", "redis://h", "OTHER_BACKEND", "yes")))
        .containsExactly("OTHER_BACKEND=yes is wrong: it must be true or false");
    assertThat(problems(false, env("REDIS_URL", "rediss://h", "REDIS_CA", "/no/such/file")))
        .containsExactly(
            "REDIS_CA is wrong: it must be PEM text or the path of a readable file that holds it");
    for (String damaged : List.of("-----BEGIN X-----", "-----BEGIN CERTIFICATE-----\nAAAA\n")) {
      assertThat(problems(false, env("REDIS_URL", "rediss://h", "REDIS_CA", damaged)))
          .singleElement()
          .asString()
          .contains("there is nothing from -----BEGIN CERTIFICATE-----");
    }
  }

  @Test
  void redisByHalvesIsWrong() throws Exception {
    for (Map.Entry<String, String> half :
        Map.of("OTHER_BACKEND", "false", "REDIS_TIMEOUT", "1s", "REDIS_CA", certificatePem())
            .entrySet()) {
      assertThat(problems(false, env(half.getKey(), half.getValue())))
          .containsExactly(half.getKey() + " is set, but it needs REDIS_URL");
    }
    assertThat(problems(false, env("REDIS_URL", "redis://h", "REDIS_CA", certificatePem())))
        .containsExactly(
            "REDIS_CA is set, but REDIS_URL is without TLS: it must begin with rediss");
  }

  /** One of those that the JDK trusts. */
  private static String certificatePem() throws GeneralSecurityException {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init((KeyStore) null);
    X509Certificate first =
        ((X509TrustManager) trust.getTrustManagers()[0]).getAcceptedIssuers()[0];
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(first.getEncoded())
        + "\n-----END CERTIFICATE-----\n";
  }

  @Test
  void originsAreComparedAsBrowsersSendThem() throws WrongSettingsException {
    AllowedOrigins origins =
        load("CORS_ORIGINS", "https://App.example.com:443, http://localhost:3000")
            .listener()
            .corsOrigins();

    assertThat(new OriginPolicy(origins.origins()).isListed("https://app.example.com")).isTrue();
    assertThat(new OriginPolicy(origins.origins()).isListed("http://localhost:3000")).isTrue();
    for (String foreign :
        List.of(
            "null",
            "",
            "http://app.example.com",
            "https://app.example.com.evil.com",
            "https://evil.com",
            "http://localhost")) {
      assertThat(new OriginPolicy(origins.origins()).isListed(foreign)).as(foreign).isFalse();
    }
    assertThat(load("CORS_ORIGINS", "*").listener().corsOrigins().any()).isTrue();
  }

  @Test
  void theEnvironmentWinsOverTheFile() throws Exception {
    Path file =
        file("port: 9000\nvoice-presence-ttl: 5m\njwt-secret: 00000000000000000000000000000000\n");

    Settings settings =
        SettingsLoader.load(false, Optional.of(file), Map.of("VOICE_PRESENCE_TTL", "2h"));

    assertThat(settings.listener().port()).isEqualTo(9000);
    assertThat(settings.presence().ttl()).isEqualTo(Duration.ofHours(2));
    assertThat(((KeySource.SharedSecret) settings.tokens().keys()).key().getEncoded())
        .as("the zeros as they stand in the file")
        .hasSize(32)
        .containsOnly('0');
  }

  @Test
  void configFileIsReadFromTheEnvironmentToo() throws Exception {
    assertThat(load("CONFIG_FILE", file("port: 9001").toString()).listener().port())
        .isEqualTo(9001);
  }

  @Test
  void aWrongValueInTheFileIsToldWithItsPlace() throws Exception {
    Path file = file("ping-timeout: 20\n");

    assertThat(problems(false, env("CONFIG_FILE", file.toString())))
        .singleElement()
        .asString()
        .startsWith("PING_TIMEOUT (in the file)=20 is wrong");
  }

  @Test
  void staticAccessNeedsChannelsAndChannelsNeedStaticAccess() throws Exception {
    assertThat(problems(false, env("CHANNEL_ACCESS", "static")))
        .containsExactly("CHANNEL_ACCESS=static needs channels in the configuration file");
    String file = file("channels: {lounge: {members: {'*': [join]}}}").toString();
    assertThat(problems(false, env("CONFIG_FILE", file)))
        .containsExactly("channels (in the file) is only allowed with CHANNEL_ACCESS=static");
    assertThat(load("CONFIG_FILE", file, "CHANNEL_ACCESS", "static").access())
        .isInstanceOf(AccessMode.Static.class);
    assertThat(load("CHANNEL_ACCESS", "open").access()).isEqualTo(new AccessMode.Open());
  }

  @Test
  void demoModeListensOnLoopbackWithItsOwnSecretAndSampleChannels() throws Exception {
    Settings one = SettingsLoader.load(true, Optional.empty(), Map.of("PORT", "0"));
    Settings two = SettingsLoader.load(true, Optional.empty(), Map.of("HOST", "localhost"));

    assertThat(one.demo()).isTrue();
    assertThat(one.listener().host()).isEqualTo("127.0.0.1");
    assertThat(one.listener().port()).isZero();
    assertThat(one.tokens().keys()).isNotEqualTo(two.tokens().keys());
    assertThat(((AccessMode.Static) one.access()).channels().values())
        .extracting(channel -> channel.name().orElseThrow())
        .containsExactly("Lounge", "Music", "Gaming", "Standup", "Quiet corner");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "127.0.0.1.evil.com", "example.com", "::", "10.0.0.1"})
  void demoModeIsForThisMachineOnly(String host) {
    assertThat(problems(true, Map.of("HOST", host)))
        .containsExactly(
            "HOST=" + host + " is wrong: it must be a loopback address, because of --demo");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "JWT_SECRET",
        "JWT_JWKS_URL",
        "JWT_PUBLIC_KEY",
        "JWT_ISSUER",
        "JWT_AUDIENCE",
        "REDIS_URL",
        "REDIS_CA",
        "REDIS_TIMEOUT",
        "OTHER_BACKEND",
        "CHANNEL_ACCESS"
      })
  void demoModeTakesNoKeyNoStoreAndNoOtherAccess(String name) {
    String value = name.equals("CHANNEL_ACCESS") ? "open" : "x";

    assertThat(problems(true, Map.of(name, value)))
        .contains(name + " cannot be set together with --demo");
  }

  @Test
  void theMessageHoldsAllLines() {
    assertThatThrownBy(() -> SettingsLoader.load(false, Optional.empty(), Map.of("PORT", "x")))
        .isInstanceOf(WrongSettingsException.class)
        .hasMessageContainingAll("PORT=x", "No key");
  }
}
