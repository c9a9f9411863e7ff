package io.voicepresence.auth;

import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a public key in PEM form (RFC 7468, section 13). */
public final class PublicKeyPem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]*)-----END PUBLIC KEY-----");
  private static final List<String> TYPES = List.of("RSA", "EC", "Ed25519");

  private PublicKeyPem() {}

  /**
   * The key in {@code text}; the line breaks may be written as {@code \n}, as environment files do.
   *
   * @throws InvalidKeyException when {@code text} holds no public key, or one that no supported
   *     algorithm takes; the message never repeats the text
   */
  public static PublicKey parse(String text) throws InvalidKeyException {
    Matcher block = BLOCK.matcher(text.replace("\\n", "\n").strip());
    if (!block.matches()) {
      throw new InvalidKeyException(
          "a PEM text from -----BEGIN PUBLIC KEY----- to -----END PUBLIC KEY----- is wanted");
    }
    PublicKey key = decode(block.group(1));
    VerificationKey.of(key, Optional.empty());
    return key;
  }

  private static PublicKey decode(String base64) throws InvalidKeyException {
    try {
      X509EncodedKeySpec spec = new X509EncodedKeySpec(Base64.getMimeDecoder().decode(base64));
      for (String type : TYPES) {
        Optional<PublicKey> key = decode(type, spec);
        if (key.isPresent()) {
          return key.get();
        }
      }
    } catch (IllegalArgumentException e) {
      throw new InvalidKeyException("the PEM text is not Base64", e);
    }
    throw new InvalidKeyException("the PEM text holds no key of a known type");
  }

  private static Optional<PublicKey> decode(String type, X509EncodedKeySpec spec) {
    try {
      return Optional.of(KeyFactory.getInstance(type).generatePublic(spec));
    } catch (InvalidKeySpecException e) {
      return Optional.empty(); // A key of another type.
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + type, e);
    }
  }
}
