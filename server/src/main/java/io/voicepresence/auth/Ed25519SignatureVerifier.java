package io.voicepresence.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.impl.BaseJWSProvider;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.EdECPublicKey;
import java.util.Set;

/**
 * Ed25519 signatures (RFC 8037) by the JDK's own provider: the JOSE library's verifier would bring
 * a second cryptographic library along.
 */
final class Ed25519SignatureVerifier extends BaseJWSProvider implements JWSVerifier {
  private final EdECPublicKey key;

  Ed25519SignatureVerifier(EdECPublicKey key) {
    super(Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519));
    this.key = key;
  }

  @Override
  public boolean verify(JWSHeader header, byte[] signingInput, Base64URL signature)
      throws JOSEException {
    try {
      Signature ed25519 = Signature.getInstance("Ed25519");
      ed25519.initVerify(key);
      ed25519.update(signingInput);
      return ed25519.verify(signature.decode());
    } catch (SignatureException e) {
      return false; // Not 64 bytes, or no point of the curve.
    } catch (GeneralSecurityException e) {
      throw new JOSEException("Ed25519 is not available", e);
    }
  }
}
