package io.voicepresence.auth;

import com.nimbusds.jose.JWSHeader;
import java.util.List;

/** The keys that a token may be signed with. */
interface TokenKeys {

  /**
   * The keys whose own algorithm and key id fit the header. Nothing else of the header is looked
   * at: {@code jku}, {@code jwk}, {@code x5u} and {@code x5c} would let a token bring its own key.
   *
   * @return empty when no known key fits
   * @throws io.voicepresence.error.RequestException {@code unavailable} when no keys could be read
   *     so far
   */
  List<VerificationKey> candidates(JWSHeader header);
}
