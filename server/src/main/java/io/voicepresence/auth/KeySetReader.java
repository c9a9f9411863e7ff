package io.voicepresence.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Reads a JWK Set (RFC 7517) over HTTP. Never follows a redirect. */
final class KeySetReader {

  /** For the whole answer, headers and body. */
  static final Duration TIMEOUT = Duration.ofSeconds(2);

  /** In bytes; a set of ten RSA keys with certificates has about 30 KiB. */
  static final int MAX_BYTES = 256 * 1024;

  /** A token without a key id is held against all of them. */
  static final int MAX_KEYS = 50;

  /** What comes before the 32 bytes of an Ed25519 key in its X.509 form (RFC 8410, section 4). */
  private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private final HttpRequest request;
  private final HttpClient client;

  KeySetReader(URI url) {
    request = HttpRequest.newBuilder(url).header("Accept", "application/json").build();
    client =
        HttpClient.newBuilder()
            .connectTimeout(TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /**
   * The keys in the set that check signatures; others are left out. Blocks for {@link #TIMEOUT} at
   * most.
   *
   * @throws IOException when the set cannot be had or is none; its message names no secret
   */
  List<VerificationKey> read() throws IOException {
    HttpResponse<byte[]> response = fetch();
    if (response.statusCode() != 200) {
      throw new IOException("the answer's status is " + response.statusCode());
    }
    try {
      Map<String, Object> json =
          JSONObjectUtils.parse(new String(response.body(), StandardCharsets.UTF_8));
      List<VerificationKey> keys = new ArrayList<>();
      Map<String, Object>[] jwks = JSONObjectUtils.getJSONObjectArray(json, "keys");
      if (jwks == null) {
        throw new IOException("the answer is no JWK set");
      }
      for (Map<String, Object> jwk : jwks) {
        verificationKey(jwk).ifPresent(keys::add);
      }
      if (keys.size() > MAX_KEYS) {
        throw new IOException("the set has more than " + MAX_KEYS + " keys");
      }
      return List.copyOf(keys);
    } catch (ParseException e) {
      throw new IOException("the answer is no JWK set", e);
    }
  }

  private HttpResponse<byte[]> fetch() throws IOException {
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.sendAsync(
            request,
            HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), MAX_BYTES));
    try {
      // Not the request's own time-out, which ends with the headers.
      return exchange.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException("no answer within " + TIMEOUT.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw new IOException(reason(e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      exchange.cancel(true);
    }
  }

  /** Connection failures often carry no message. */
  private static String reason(Throwable failure) {
    return failure.getClass().getSimpleName()
        + Optional.ofNullable(failure.getMessage()).map(m -> ": " + m).orElse("");
  }

  private static Optional<VerificationKey> verificationKey(Map<String, Object> json) {
    try {
      JWK jwk = JWK.parse(json);
      if (jwk.getKeyUse() != null && !jwk.getKeyUse().equals(KeyUse.SIGNATURE)) {
        return Optional.empty();
      }
      VerificationKey key = VerificationKey.of(publicKey(jwk), Optional.ofNullable(jwk.getKeyID()));
      boolean meantForAnother =
          jwk.getAlgorithm() != null
              && key.algorithms().stream()
                  .noneMatch(known -> known.getName().equals(jwk.getAlgorithm().getName()));
      return meantForAnother ? Optional.empty() : Optional.of(key);
    } catch (ParseException | JOSEException | GeneralSecurityException e) {
      return Optional.empty(); // Of another type or too weak: as if it were not in the set.
    }
  }

  private static PublicKey publicKey(JWK jwk) throws JOSEException, GeneralSecurityException {
    return switch (jwk) {
      case RSAKey rsa -> rsa.toPublicKey();
      case ECKey ec -> ec.toPublicKey();
      case OctetKeyPair pair when Curve.Ed25519.equals(pair.getCurve()) ->
          ed25519(pair.getDecodedX());
      default -> throw new InvalidKeyException("not a public key");
    };
  }

  private static PublicKey ed25519(byte[] point) throws GeneralSecurityException {
    byte[] encoded = new byte[ED25519_PREFIX.length + point.length];
    System.arraycopy(ED25519_PREFIX, 0, encoded, 0, ED25519_PREFIX.length);
    System.arraycopy(point, 0, encoded, ED25519_PREFIX.length, point.length);
    return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
  }
}
