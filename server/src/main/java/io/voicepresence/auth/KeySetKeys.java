package io.voicepresence.auth;

import com.nimbusds.jose.JWSHeader;
import io.voicepresence.error.ErrorCode;
import io.voicepresence.error.RequestException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of an issuer that rotates them. The set is read when the first token comes, when a token
 * names an unknown key, and when it has grown old, so that a withdrawn key stops working too.
 *
 * <p>One thread reads at a time. While the issuer is out of reach the keys known so far go on
 * working.
 */
final class KeySetKeys implements TokenKeys {

  /** Between two attempts, so that tokens with invented key ids cannot flood the issuer. */
  static final Duration MIN_INTERVAL = Duration.ofSeconds(30);

  /** Between two attempts while no set was ever read: every caller is turned away until then. */
  static final Duration FIRST_READ_INTERVAL = Duration.ofSeconds(1);

  /** After this the set is read again although every key was found. */
  static final Duration MAX_AGE = Duration.ofMinutes(5);

  private static final Logger LOG = LoggerFactory.getLogger(KeySetKeys.class);

  private final KeySetReader reader;
  private final InstantSource clock;
  private final ReentrantLock reading = new ReentrantLock();

  private volatile KeySet known = new KeySet(List.of(), Instant.MIN);

  /** Guarded by {@link #reading}. */
  private Instant lastAttempt = Instant.MIN;

  private record KeySet(List<VerificationKey> keys, Instant readAt) {

    boolean wasRead() {
      return !readAt.equals(Instant.MIN);
    }

    /** A token without a key id may be signed by any key of its algorithm (RFC 7515, 4.1.4). */
    List<VerificationKey> candidates(JWSHeader header) {
      String id = header.getKeyID();
      return keys.stream()
          .filter(key -> key.fits(header))
          .filter(key -> id == null || key.id().filter(id::equals).isPresent())
          .toList();
    }
  }

  KeySetKeys(KeySetReader reader, InstantSource clock) {
    this.reader = reader;
    this.clock = clock;
  }

  @Override
  public List<VerificationKey> candidates(JWSHeader header) {
    List<VerificationKey> found = known.candidates(header);
    if (found.isEmpty()) {
      reading.lock(); // Wait for a read under way: it may bring the key.
    } else if (!isPast(known.readAt(), MAX_AGE) || !reading.tryLock()) {
      return found;
    }
    try {
      if (found.isEmpty()) {
        found = known.candidates(header);
      }
      if (found.isEmpty() || isPast(known.readAt(), MAX_AGE)) {
        readIfDue();
        found = known.candidates(header);
      }
    } finally {
      reading.unlock();
    }
    if (!known.wasRead()) {
      throw new RequestException(
          ErrorCode.UNAVAILABLE, "The issuer's key set is out of reach; try again soon");
    }
    return found;
  }

  private void readIfDue() {
    if (!isPast(lastAttempt, known.wasRead() ? MIN_INTERVAL : FIRST_READ_INTERVAL)) {
      return;
    }
    lastAttempt = clock.instant();
    try {
      known = new KeySet(reader.read(), clock.instant());
      LOG.info("Read {} keys from the issuer's key set", known.keys().size());
    } catch (IOException e) {
      LOG.warn(
          "Cannot read the issuer's key set, {} keys go on working: {}",
          known.keys().size(),
          e.getMessage());
    }
  }

  /** A clock that was set back counts as past, or nothing would be read until it caught up. */
  private boolean isPast(Instant since, Duration interval) {
    Instant now = clock.instant();
    return since.equals(Instant.MIN) || now.isBefore(since) || !now.isBefore(since.plus(interval));
  }
}
