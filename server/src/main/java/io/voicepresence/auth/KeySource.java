package io.voicepresence.auth;

import java.net.URI;
import java.security.PublicKey;
import javax.crypto.SecretKey;

/**
 * Where the key that checks tokens comes from. It alone decides the algorithm; a token's header
 * never does (RFC 8725, section 3.1).
 */
public sealed interface KeySource {

  /**
   * One secret shared with the issuer: HS256.
   *
   * @param key 32 bytes or more (RFC 7518, section 3.2)
   */
  record SharedSecret(SecretKey key) implements KeySource {}

  /**
   * The issuer's only public key: RS256, ES256 or EdDSA, by its type.
   *
   * @param key RSA of 2048 bits or more, EC on P-256, or Ed25519; see {@link PublicKeyPem}
   */
  record OnePublicKey(PublicKey key) implements KeySource {}

  /**
   * The issuer's key set (RFC 7517): RS256, ES256 or EdDSA, by each key's type.
   *
   * @param url an {@code http} or {@code https} address that answers with a JWK Set
   */
  record KeySetUrl(URI url) implements KeySource {}
}
