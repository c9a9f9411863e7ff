package io.voicepresence.config;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates in PEM form (RFC 7468, section 5): one, or a bundle with remarks between. */
final class CertificatesPem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\s]*-----END CERTIFICATE-----");

  private CertificatesPem() {}

  /**
   * The certificates in {@code text}, at least one; the line breaks may be written as {@code \n},
   * as environment files do.
   *
   * @throws CertificateException where there is none, or one is damaged; the message never repeats
   *     the text
   */
  static List<X509Certificate> parse(String text) throws CertificateException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    Matcher blocks = BLOCK.matcher(text.replace("\\n", "\n"));
    List<X509Certificate> certificates = new ArrayList<>();
    while (blocks.find()) {
      certificates.add(certificate(factory, blocks.group()));
    }
    if (certificates.isEmpty()) {
      throw new CertificateException(
          "there is nothing from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----");
    }
    return certificates;
  }

  private static X509Certificate certificate(CertificateFactory factory, String block)
      throws CertificateException {
    try {
      return (X509Certificate)
          factory.generateCertificate(
              new ByteArrayInputStream(block.getBytes(StandardCharsets.US_ASCII)));
    } catch (CertificateException e) {
      throw new CertificateException("one of them is damaged", e);
    }
  }
}
