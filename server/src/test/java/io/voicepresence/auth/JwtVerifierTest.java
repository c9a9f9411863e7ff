package io.voicepresence.auth;

import static io.voicepresence.auth.Tokens.NOW;
import static io.voicepresence.auth.Tokens.SECRET;
import static io.voicepresence.auth.Tokens.claims;
import static io.voicepresence.auth.Tokens.claimsWith;
import static io.voicepresence.auth.Tokens.hs256;
import static io.voicepresence.auth.Tokens.part;
import static io.voicepresence.auth.Tokens.signed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.sun.net.httpserver.HttpServer;
import io.voicepresence.channel.Permission;
import io.voicepresence.channel.UserId;
import io.voicepresence.error.ErrorCode;
import io.voicepresence.error.RequestException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JwtVerifierTest {
  private static final KeyPair RSA = Tokens.rsa(2048);
  private static final KeyPair EC = Tokens.ec("secp256r1");
  private static final KeyPair ED = Tokens.ed25519();

  private final SettableClock clock = new SettableClock();
  private final TokenVerifier verifier = with(new KeySource.SharedSecret(SECRET));

  private TokenVerifier with(KeySource keys) {
    return new JwtVerifier(keys, Optional.empty(), Optional.empty(), clock);
  }

  private static void assertRefused(TokenVerifier verifier, String token, String detail) {
    assertThatThrownBy(() -> verifier.verify(token))
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAUTHENTICATED))
        .hasMessageContaining(detail);
  }

  @Test
  void aFullTokenBecomesAnIdentity() {
    Map<String, Object> claims = claims();
    claims.put("username", "alice.l");
    claims.put("preferred_username", "not used");
    claims.put("displayName", "Alice");
    claims.put("name", "not used");
    claims.put("avatarUrl", "https://cdn.example.com/a.png");
    claims.put("picture", "not used");
    claims.put(
        "voice", Map.of("channels", Map.of("lounge", List.of("join"), "team-*", List.of("view"))));

    assertThat(verifier.verify(hs256(claims)))
        .isEqualTo(
            new Identity(
                new UserId("alice"),
                "alice.l",
                Optional.of("Alice"),
                Optional.of("https://cdn.example.com/a.png"),
                Instant.ofEpochSecond(NOW + 60),
                Map.of(
                    "lounge",
                    Set.of(Permission.VIEW, Permission.JOIN),
                    "team-*",
                    Set.of(Permission.VIEW))));
  }

  @Test
  void theSecondNamesOfClaimsServeWhereTheFirstAreMissing() {
    Map<String, Object> claims = claims();
    claims.put("preferred_username", "alice.l");
    claims.put("name", "Alice");
    claims.put("picture", "https://cdn.example.com/a.png");

    Identity identity = verifier.verify(hs256(claims));

    assertThat(identity.username()).isEqualTo("alice.l");
    assertThat(identity.displayName()).contains("Alice");
    assertThat(identity.avatarUrl()).contains("https://cdn.example.com/a.png");
  }

  @Test
  void aTokenWithoutNamesIsCalledByItsSubject() {
    Identity identity = verifier.verify(hs256(claims()));

    assertThat(identity.username()).isEqualTo("alice");
    assertThat(identity.displayName()).isEmpty();
    assertThat(identity.avatarUrl()).isEmpty();
    assertThat(identity.voiceGrants()).isEmpty();
  }

  static Stream<Arguments> publicKeys() {
    return Stream.of(
        arguments("RS256", "SHA256withRSA", RSA),
        arguments("ES256", "SHA256withECDSAinP1363Format", EC),
        arguments("EdDSA", "Ed25519", ED),
        arguments("Ed25519", "Ed25519", ED));
  }

  @ParameterizedTest
  @MethodSource("publicKeys")
  void aPublicKeyAcceptsItsOwnAlgorithmAndNoForeignSignature(
      String algorithm, String jdkName, KeyPair keys) {
    TokenVerifier one = with(new KeySource.OnePublicKey(keys.getPublic()));
    String good = signed(Map.of("alg", algorithm), claims(), jdkName, keys.getPrivate());
    String signature = good.substring(good.lastIndexOf('.'));
    String forged = part(Map.of("alg", algorithm)) + "." + part(claimsWith("sub", "bob"));

    assertThat(one.verify(good).userId()).isEqualTo(new UserId("alice"));
    assertRefused(one, forged + signature, "signature is wrong");
    assertRefused(one, forged + ".", "not a signed JWT");
    assertRefused(one, forged + "." + Base64URL.encode(new byte[64]), "signature is wrong");
    assertRefused(one, hs256(claims()), "algorithm or key");
  }

  @Test
  void aPublicKeyIsNeverTakenForAnHmacSecret() {
    TokenVerifier rs256 = with(new KeySource.OnePublicKey(RSA.getPublic()));
    String confused =
        hs256(
            Map.of("alg", "HS256"),
            claims(),
            new SecretKeySpec(RSA.getPublic().getEncoded(), "HmacSHA256"));
    String relabelled =
        hs256(
            Map.of("alg", "RS256"),
            claims(),
            new SecretKeySpec(RSA.getPublic().getEncoded(), "HmacSHA256"));

    assertRefused(rs256, confused, "algorithm or key");
    assertRefused(rs256, relabelled, "signature is wrong");
  }

  @Test
  void anRsaTokenIsRefusedWhereASecretIsConfigured() {
    String token = signed(Map.of("alg", "RS256"), claims(), "SHA256withRSA", RSA.getPrivate());

    assertRefused(verifier, token, "algorithm or key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "None", "nOnE", "NONE", "HS384", "hs256", "", "PS256"})
  void anotherAlgorithmIsRefusedWithAndWithoutASignature(String algorithm) {
    String good = hs256(Map.of("alg", algorithm), claims(), SECRET);

    assertRefused(verifier, good, "token");
    assertRefused(verifier, good.substring(0, good.lastIndexOf('.') + 1), "token");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 31, 33, 64})
  void anHmacOfAnotherLengthIsRefused(int length) {
    String good = hs256(claims());
    String input = good.substring(0, good.lastIndexOf('.') + 1);
    byte[] right = new Base64URL(good.substring(input.length())).decode();

    assertRefused(verifier, input + Base64URL.encode(Arrays.copyOf(right, length)), "token");
  }

  static Stream<Arguments> wrongClaims() {
    return Stream.of(
        arguments("exp", null, "no claim exp"),
        arguments("exp", Long.toString(NOW + 60), "exp is not a time"),
        arguments("exp", 1e300, "exp is not a time"),
        arguments("exp", Long.MAX_VALUE, "exp is not a time"),
        arguments("exp", (NOW + 60) * 1000, "exp is not a time"),
        arguments("exp", List.of(NOW + 60), "exp is not a time"),
        arguments("exp", NOW - 10, "expired"),
        arguments("exp", -1, "expired"),
        arguments("nbf", NOW + 11, "not valid yet"),
        arguments("nbf", "soon", "nbf is not a time"),
        arguments("iat", NOW + 11, "in the future"),
        arguments("iat", true, "iat is not a time"),
        arguments("sub", null, "sub is not a user id"),
        arguments("sub", "", "sub is not a user id"),
        arguments("sub", "a b", "sub is not a user id"),
        arguments("sub", "a\r\nb", "sub is not a user id"),
        arguments("sub", "a".repeat(129), "sub is not a user id"),
        arguments("sub", 7, "sub is not a user id"),
        arguments("username", 7, "username is not a text"),
        arguments("picture", List.of(), "picture is not a text"),
        arguments("voice", "all", "it is not an object"),
        arguments("voice", Map.of("channels", List.of()), "channels is not an object"),
        arguments("voice", grant("a/b", List.of("join")), "neither a channel id"),
        arguments("voice", grant("", List.of("join")), "neither a channel id"),
        arguments("voice", grant("me", List.of("join")), "neither a channel id"),
        arguments("voice", grant("a*b", List.of("join")), "neither a channel id"),
        arguments("voice", grant("a", "join"), "not a list"),
        arguments("voice", grant("a", List.of("own")), "none of view, join, moderate"),
        arguments("voice", grant("a", List.of("JOIN")), "none of view, join, moderate"),
        arguments("voice", grant("a", List.of(1)), "none of view, join, moderate"));
  }

  private static Map<String, Object> grant(String pattern, Object words) {
    return Map.of("channels", Map.of(pattern, words));
  }

  @ParameterizedTest
  @MethodSource("wrongClaims")
  void aWrongClaimIsRefusedByName(String name, Object value, String detail) {
    Map<String, Object> claims = claims();
    claims.remove(name);
    if (value != null) {
      claims.put(name, value);
    }

    assertRefused(verifier, hs256(claims), detail);
  }

  @Test
  void clocksMayDifferByTheLeewayAndNoMore() {
    Map<String, Object> claims = claimsWith("exp", NOW - 9);
    claims.put("nbf", NOW + 10);
    claims.put("iat", NOW + 10);
    String token = hs256(claims);

    assertThat(verifier.verify(token).expiresAt()).isEqualTo(Instant.ofEpochSecond(NOW - 9));
    clock.advance(Duration.ofSeconds(1));
    assertRefused(verifier, token, "expired");
  }

  @Test
  void issuerAndAudienceAreCheckedWhenSet() {
    TokenVerifier strict =
        new JwtVerifier(
            new KeySource.SharedSecret(SECRET),
            Optional.of("https://id.example.com"),
            Optional.of("voice"),
            clock);
    Map<String, Object> claims = claimsWith("iss", "https://id.example.com");
    claims.put("aud", List.of("chat", "voice"));

    assertThat(strict.verify(hs256(claims)).userId()).isEqualTo(new UserId("alice"));
    claims.put("aud", "voice");
    assertThat(strict.verify(hs256(claims)).userId()).isEqualTo(new UserId("alice"));
    claims.put("aud", List.of("chat"));
    assertRefused(strict, hs256(claims), "aud");
    claims.put("aud", "voice2");
    assertRefused(strict, hs256(claims), "aud");
    claims.remove("aud");
    assertRefused(strict, hs256(claims), "aud");
    claims.put("iss", "https://id.example.com/");
    assertRefused(strict, hs256(claims), "iss");
    claims.remove("iss");
    assertRefused(strict, hs256(claims), "iss");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../../etc/passwd", "' OR 1=1 --", "http://127.0.0.1/key", "\u0000", "a\r\nb"})
  void aStrangeKeyIdIsOnlyAWordThatIsNotKnown(String keyId) {
    String token = hs256(Map.of("alg", "HS256", "kid", keyId), claims(), SECRET);
    String foreign =
        hs256(
            Map.of("alg", "HS256", "kid", keyId),
            claims(),
            new SecretKeySpec(new byte[32], "HmacSHA256"));

    assertThat(verifier.verify(token).userId()).isEqualTo(new UserId("alice"));
    assertRefused(verifier, foreign, "signature is wrong");
  }

  @Test
  void noHeaderMakesTheServerConnectAnywhereOrTakeTheTokensOwnKey() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    HttpServer trap =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    trap.createContext(
        "/",
        exchange -> {
          calls.incrementAndGet();
          exchange.sendResponseHeaders(404, -1);
        });
    trap.start();
    String url = "http://127.0.0.1:" + trap.getAddress().getPort() + "/keys";
    TokenVerifier rs256 = with(new KeySource.OnePublicKey(RSA.getPublic()));
    KeyPair attackers = Tokens.rsa(2048);
    Map<String, Object> own =
        new RSAKey.Builder((RSAPublicKey) attackers.getPublic()).build().toJSONObject();

    for (Map<String, Object> header :
        List.<Map<String, Object>>of(
            Map.of("alg", "RS256", "jku", url),
            Map.of("alg", "RS256", "x5u", url),
            Map.of("alg", "RS256", "jwk", own))) {
      assertRefused(
          rs256, signed(header, claims(), "SHA256withRSA", attackers.getPrivate()), "signature");
    }

    trap.stop(0);
    assertThat(calls).hasValue(0);
  }

  @Test
  void aCriticalExtensionIsRefused() {
    String token =
        hs256(Map.of("alg", "HS256", "crit", List.of("exp"), "exp", 1), claims(), SECRET);
    String unencoded = hs256(Map.of("alg", "HS256", "b64", false), claims(), SECRET);

    assertRefused(verifier, token, "critical extensions");
    assertRefused(verifier, unencoded, "critical extensions");
  }

  @Test
  void aTokenOver8KiBIsRefusedThoughItsSignatureIsRight() {
    String token = hs256(claimsWith("padding", "x".repeat(100_000)));

    assertRefused(verifier, token, "longer than 8 KiB");
  }

  static Stream<String> noTokens() {
    return Stream.of(
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "Bearer x",
        "\u0000.\u0000.\u0000",
        part(Map.of("alg", "HS256")) + "..",
        part(Map.of("typ", "JWT")) + "." + part(claims()) + ".x",
        Base64URL.encode("{".repeat(4000)) + "." + part(claims()) + ".x",
        // Encrypted, with 2^31 rounds to derive its key.
        part(Map.of("alg", "PBES2-HS256+A128KW", "enc", "A128GCM", "p2c", 2147483647, "p2s", "AA"))
            + ".AA.AA.AA.AA",
        part(Map.of("alg", "HS256", "zip", "DEF", "enc", "A128GCM")) + ".AA.AA");
  }

  @ParameterizedTest
  @MethodSource("noTokens")
  void whatIsNoSignedTokenIsRefused(String text) {
    assertRefused(verifier, text, "token");
  }

  @Test
  void claimsThatAreNoObjectAreRefused() {
    String input = part(Map.of("alg", "HS256")) + "." + Base64URL.encode("[1]");
    String signature = hmac(input);

    assertRefused(verifier, input + "." + signature, "not a JSON object");
  }

  private static String hmac(String input) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(SECRET);
      return Base64URL.encode(mac.doFinal(input.getBytes(StandardCharsets.UTF_8))).toString();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void noDetailRepeatsAnyPartOfTheToken() {
    for (String token :
        List.of(
            hs256(claimsWith("sub", "sensitive value")),
            hs256(Map.of("alg", "sensitive"), claims(), SECRET),
            "sensitive.sensitive.sensitive",
            hs256(claimsWith("voice", grant("sensitive/", List.of("sensitive")))))) {
      assertThatThrownBy(() -> verifier.verify(token))
          .isInstanceOf(RequestException.class)
          .message()
          .doesNotContain("sensitive", token.substring(0, 8));
    }
  }

  @Test
  void whatTheIssuerOfDemoModeIssuesIsAccepted() {
    TokenIssuer issuer = new TokenIssuer(SECRET, clock);

    Identity identity =
        verifier.verify(issuer.issue(new UserId("u1"), "Zoë", Duration.ofMinutes(5)));

    assertThat(identity.userId()).isEqualTo(new UserId("u1"));
    assertThat(identity.username()).isEqualTo("Zoë");
    assertThat(identity.expiresAt()).isEqualTo(SettableClock.START.plus(Duration.ofMinutes(5)));
  }

  @Test
  void aKeyThatIsTooWeakIsRefusedAtTheStart() {
    assertThatThrownBy(
            () -> with(new KeySource.SharedSecret(new SecretKeySpec(new byte[31], "HmacSHA256"))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> with(new KeySource.OnePublicKey(Tokens.rsa(1024).getPublic())))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> with(new KeySource.OnePublicKey(Tokens.ec("secp384r1").getPublic())))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
