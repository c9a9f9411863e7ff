package io.voicepresence.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.NamedParameterSpec;
import java.util.Optional;
import java.util.Set;
import javax.crypto.SecretKey;

/**
 * A key and the only algorithms that it is used with.
 *
 * @param id the key's {@code kid}; empty where there is only one key
 * @param algorithms one algorithm, under each of its registered names
 * @param verifier checks a signature; safe for use by many threads
 */
record VerificationKey(Optional<String> id, Set<JWSAlgorithm> algorithms, JWSVerifier verifier) {

  /** RFC 7518, section 3.3. */
  private static final int MIN_RSA_BITS = 2048;

  boolean fits(JWSHeader header) {
    return algorithms.contains(header.getAlgorithm());
  }

  /**
   * @throws InvalidKeyException when the secret is shorter than 32 bytes
   */
  static VerificationKey of(SecretKey secret) throws InvalidKeyException {
    try {
      return new VerificationKey(
          Optional.empty(), Set.of(JWSAlgorithm.HS256), new MACVerifier(secret));
    } catch (JOSEException e) {
      throw new InvalidKeyException("an HS256 key has 32 bytes or more", e);
    }
  }

  /**
   * @throws InvalidKeyException when the key is of no supported type, too short, or on another
   *     curve
   */
  static VerificationKey of(PublicKey key, Optional<String> id) throws InvalidKeyException {
    try {
      return switch (key) {
        case RSAPublicKey rsa when rsa.getModulus().bitLength() >= MIN_RSA_BITS ->
            new VerificationKey(id, Set.of(JWSAlgorithm.RS256), new RSASSAVerifier(rsa));
        case ECPublicKey ec when Curve.P_256.equals(Curve.forECParameterSpec(ec.getParams())) ->
            new VerificationKey(id, Set.of(JWSAlgorithm.ES256), new ECDSAVerifier(ec));
        case EdECPublicKey ed
            when ed.getParams().getName().equals(NamedParameterSpec.ED25519.getName()) ->
            // RFC 9864 gives EdDSA with this curve a second name.
            new VerificationKey(
                id,
                Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519),
                new Ed25519SignatureVerifier(ed));
        default ->
            throw new InvalidKeyException(
                "the key is none of RSA of " + MIN_RSA_BITS + " bits or more, EC P-256, Ed25519");
      };
    } catch (JOSEException e) {
      throw new InvalidKeyException("the key cannot be used to check signatures", e);
    }
  }
}
