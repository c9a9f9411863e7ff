package io.voicepresence.auth;

import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** Makes tokens, right and wrong ones, by the JDK alone: not by the library under test. */
final class Tokens {
  static final SecretKey SECRET =
      new SecretKeySpec(
          "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII), "HmacSHA256");
  static final long NOW = SettableClock.START.getEpochSecond();

  private Tokens() {}

  /** The claims of a good token, for a test to spoil. */
  static Map<String, Object> claims() {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("sub", "alice");
    claims.put("exp", NOW + 60);
    return claims;
  }

  static Map<String, Object> claimsWith(String name, Object value) {
    Map<String, Object> claims = claims();
    claims.put(name, value);
    return claims;
  }

  static String hs256(Map<String, Object> claims) {
    return hs256(Map.of("alg", "HS256"), claims, SECRET);
  }

  static String hs256(Map<String, Object> header, Map<String, Object> claims, SecretKey key) {
    String input = part(header) + "." + part(claims);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return input + "." + Base64URL.encode(mac.doFinal(input.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * @param algorithm the JDK's name, such as {@code SHA256withRSA}
   */
  static String signed(
      Map<String, Object> header, Map<String, Object> claims, String algorithm, PrivateKey key) {
    String input = part(header) + "." + part(claims);
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(input.getBytes(StandardCharsets.UTF_8));
      return input + "." + Base64URL.encode(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static String part(Map<String, Object> json) {
    return Base64URL.encode(JSONObjectUtils.toJSONString(json)).toString();
  }

  static KeyPair rsa(int bits) {
    return generate("RSA", bits);
  }

  static KeyPair ec(String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static KeyPair ed25519() {
    return generate("Ed25519", 255);
  }

  private static KeyPair generate(String type, int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(type);
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
