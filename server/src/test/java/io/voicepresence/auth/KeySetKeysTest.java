package io.voicepresence.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.sun.net.httpserver.HttpServer;
import io.voicepresence.error.ErrorCode;
import io.voicepresence.error.RequestException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeySetKeysTest {
  private static final KeyPair A = Tokens.rsa(2048);
  private static final KeyPair B = Tokens.rsa(2048);
  private static final KeyPair EC = Tokens.ec("secp256r1");
  private static final KeyPair ED = Tokens.ed25519();

  private final SettableClock clock = new SettableClock();
  private final AtomicInteger reads = new AtomicInteger();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile String answer = "";
  private volatile int status = 200;
  private volatile CountDownLatch gate = new CountDownLatch(0);
  private HttpServer issuer;
  private TokenVerifier verifier;

  @BeforeEach
  void startIssuer() throws IOException {
    issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    issuer.setExecutor(threads);
    issuer.createContext(
        "/keys",
        exchange -> {
          reads.incrementAndGet();
          try {
            gate.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          byte[] body = answer.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Location", "/keys");
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    issuer.start();
    URI url = URI.create("http://127.0.0.1:" + issuer.getAddress().getPort() + "/keys");
    verifier =
        new JwtVerifier(new KeySource.KeySetUrl(url), Optional.empty(), Optional.empty(), clock);
    serve(jwk("a", A));
  }

  @AfterEach
  void stopIssuer() {
    issuer.stop(0);
    threads.shutdownNow();
  }

  @SafeVarargs
  @SuppressWarnings("varargs")
  private void serve(Map<String, Object>... keys) {
    answer = JSONObjectUtils.toJSONString(Map.of("keys", Arrays.asList(keys)));
  }

  private static Map<String, Object> jwk(String id, KeyPair rsa) {
    return new RSAKey.Builder((RSAPublicKey) rsa.getPublic()).keyID(id).build().toJSONObject();
  }

  private static Map<String, Object> ed25519Jwk(String id) {
    byte[] encoded = ED.getPublic().getEncoded();
    byte[] point = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    return Map.of(
        "kty",
        "OKP",
        "crv",
        "Ed25519",
        "kid",
        id,
        "x",
        Base64.getUrlEncoder().withoutPadding().encodeToString(point));
  }

  private static String token(String keyId, KeyPair keys) {
    return Tokens.signed(
        Map.of("alg", "RS256", "kid", keyId),
        Tokens.claimsWith("exp", Tokens.NOW + 86_400),
        "SHA256withRSA",
        keys.getPrivate());
  }

  private void assertAccepted(String token) {
    assertThat(verifier.verify(token).userId().value()).isEqualTo("alice");
  }

  private void assertRefused(String token, ErrorCode code) {
    assertThatThrownBy(() -> verifier.verify(token))
        .isInstanceOfSatisfying(RequestException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void theSetIsReadOnceForAnyNumberOfTokens() {
    for (int i = 0; i < 100; i++) {
      assertAccepted(token("a", A));
    }

    assertThat(reads).hasValue(1);
  }

  @Test
  void everySupportedTypeOfKeyIsReadAndOthersAreLeftOut() {
    serve(
        Map.of("kty", "oct", "kid", "s", "k", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        Map.of("kty", "unheard-of", "kid", "u"),
        Map.of("kty", "RSA", "kid", "broken"),
        jwk("weak", Tokens.rsa(1024)),
        jwk("a", A),
        new ECKey.Builder(Curve.P_256, (ECPublicKey) EC.getPublic())
            .keyID("e")
            .build()
            .toJSONObject(),
        ed25519Jwk("d"));

    assertAccepted(token("a", A));
    assertAccepted(
        Tokens.signed(
            Map.of("alg", "ES256", "kid", "e"),
            Tokens.claims(),
            "SHA256withECDSAinP1363Format",
            EC.getPrivate()));
    assertAccepted(
        Tokens.signed(
            Map.of("alg", "EdDSA", "kid", "d"), Tokens.claims(), "Ed25519", ED.getPrivate()));
    assertAccepted(
        Tokens.signed(Map.of("alg", "EdDSA"), Tokens.claims(), "Ed25519", ED.getPrivate()));
    assertRefused(
        Tokens.hs256(
            Map.of("alg", "HS256", "kid", "s"),
            Tokens.claims(),
            new SecretKeySpec(new byte[32], "HmacSHA256")),
        ErrorCode.UNAUTHENTICATED);
  }

  @Test
  void aKeyForEncryptionOrAnotherAlgorithmChecksNoSignature() {
    RSAPublicKey key = (RSAPublicKey) A.getPublic();
    serve(
        new RSAKey.Builder(key).keyID("enc").keyUse(KeyUse.ENCRYPTION).build().toJSONObject(),
        new RSAKey.Builder(key).keyID("ps").algorithm(JWSAlgorithm.PS256).build().toJSONObject());

    assertRefused(token("enc", A), ErrorCode.UNAUTHENTICATED);
    assertRefused(token("ps", A), ErrorCode.UNAUTHENTICATED);
  }

  @Test
  void aNewKeyIsFoundAndTheOldOneWorksUntilTheSetNoLongerHasIt() {
    assertAccepted(token("a", A));

    serve(jwk("a", A), jwk("b", B));
    clock.advance(KeySetKeys.MIN_INTERVAL);
    assertAccepted(token("b", B));
    assertAccepted(token("a", A));
    assertThat(reads).hasValue(2);

    serve(jwk("b", B));
    assertAccepted(token("a", A));
    clock.advance(KeySetKeys.MAX_AGE);
    assertRefused(token("a", A), ErrorCode.UNAUTHENTICATED);
    assertAccepted(token("b", B));
  }

  @Test
  void aKeysIdIsNoProofOfTheKey() {
    assertRefused(token("a", B), ErrorCode.UNAUTHENTICATED);
  }

  @Test
  void tenThousandUnknownKeyIdsCauseOneReadIn30Seconds() {
    assertAccepted(token("a", A));
    String signed = token("a", B);
    String rest = signed.substring(signed.indexOf('.'));

    for (int i = 0; i < 10_000; i++) {
      String header = Tokens.part(Map.of("alg", "RS256", "kid", "../" + i));
      assertThatThrownBy(() -> verifier.verify(header + rest)).isInstanceOf(RequestException.class);
    }
    assertThat(reads).hasValue(1);

    clock.advance(KeySetKeys.MIN_INTERVAL.minusMillis(1));
    assertRefused(token("x", B), ErrorCode.UNAUTHENTICATED);
    assertThat(reads).hasValue(1);

    clock.advance(Duration.ofMillis(1));
    assertRefused(token("x", B), ErrorCode.UNAUTHENTICATED);
    assertRefused(token("y", B), ErrorCode.UNAUTHENTICATED);
    assertThat(reads).hasValue(2);
  }

  @Test
  void manyFirstTokensAtOnceShareOneRead() throws Exception {
    gate = new CountDownLatch(1);
    List<Future<Identity>> all = new ArrayList<>();
    String token = token("a", A);
    for (int i = 0; i < 200; i++) {
      all.add(threads.submit(() -> verifier.verify(token)));
    }
    gate.countDown();

    for (Future<Identity> one : all) {
      assertThat(one.get().userId().value()).isEqualTo("alice");
    }
    assertThat(reads).hasValue(1);
  }

  @Test
  void whileTheIssuerIsDownKnownKeysGoOnWorking() {
    assertAccepted(token("a", A));

    status = 500;
    clock.advance(KeySetKeys.MAX_AGE.multipliedBy(10));
    assertAccepted(token("a", A));
    assertRefused(token("b", B), ErrorCode.UNAUTHENTICATED);
    assertThat(reads).hasValue(2);

    issuer.stop(0);
    clock.advance(KeySetKeys.MIN_INTERVAL);
    assertAccepted(token("a", A));
  }

  @Test
  void beforeAnySetWasReadTheAnswerIsUnavailableUntilTheIssuerIsThere() {
    status = 503;
    assertRefused(token("a", A), ErrorCode.UNAVAILABLE);
    assertRefused(token("a", A), ErrorCode.UNAVAILABLE);
    assertThat(reads).hasValue(1);

    status = 200;
    clock.advance(KeySetKeys.FIRST_READ_INTERVAL);
    assertAccepted(token("a", A));
  }

  @Test
  void anAnswerThatIsTooLargeNoSetOrARedirectCountsAsDown() {
    String good = answer;
    for (String wrong :
        List.of("", "[]", "{}", "<html>", good + " ".repeat(KeySetReader.MAX_BYTES))) {
      answer = wrong;
      assertRefused(token("a", A), ErrorCode.UNAVAILABLE);
      clock.advance(KeySetKeys.FIRST_READ_INTERVAL);
    }
    answer = good;
    status = 302;
    assertRefused(token("a", A), ErrorCode.UNAVAILABLE);
    assertThat(reads).hasValue(6);
  }

  @Test
  void anIssuerThatNeverAnswersHoldsACallerForTwoSeconds() {
    gate = new CountDownLatch(1);
    long start = System.nanoTime();

    assertRefused(token("a", A), ErrorCode.UNAVAILABLE);

    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(KeySetReader.TIMEOUT.minusMillis(100), KeySetReader.TIMEOUT.plusSeconds(3));
    gate.countDown();
  }
}
