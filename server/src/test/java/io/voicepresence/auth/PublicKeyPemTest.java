package io.voicepresence.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class PublicKeyPemTest {

  private static String pem(String label, byte[] content) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
        + "\n-----END "
        + label
        + "-----\n";
  }

  @Test
  void eachSupportedTypeIsReadAlsoWithEscapedLineBreaks() throws InvalidKeyException {
    for (KeyPair keys : List.of(Tokens.rsa(2048), Tokens.ec("secp256r1"), Tokens.ed25519())) {
      String pem = pem("PUBLIC KEY", keys.getPublic().getEncoded());

      assertThat(PublicKeyPem.parse(pem)).isEqualTo(keys.getPublic());
      assertThat(PublicKeyPem.parse(pem.replace("\n", "\\n"))).isEqualTo(keys.getPublic());
    }
  }

  @Test
  void whatIsNoUsablePublicKeyIsRefusedWithoutRepeatingIt() {
    KeyPair rsa = Tokens.rsa(2048);
    for (String wrong :
        List.of(
            pem("PRIVATE KEY", rsa.getPrivate().getEncoded()),
            pem("PUBLIC KEY", rsa.getPrivate().getEncoded()),
            pem("PUBLIC KEY", Tokens.rsa(1024).getPublic().getEncoded()),
            pem("PUBLIC KEY", Tokens.ec("secp384r1").getPublic().getEncoded()),
            pem("PUBLIC KEY", new byte[0]),
            "-----BEGIN PUBLIC KEY----------END PUBLIC KEY-----",
            "MIIB")) {
      assertThatThrownBy(() -> PublicKeyPem.parse(wrong))
          .isInstanceOf(InvalidKeyException.class)
          .message()
          .doesNotContain("MIIE", "MIIB");
    }
  }
}
