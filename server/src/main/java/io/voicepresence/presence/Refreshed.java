package io.voicepresence.presence;

import java.time.Duration;

/**
 * A claim that was renewed.
 *
 * @param user as it is
 * @param staysFor for how long the user stays without another claim: for a {@link Claim#REQUEST}
 *     what is certain, which is the grace while a socket decides; for a {@link Claim#SOCKET} the
 *     TTL, since the node itself prolongs
 */
public record Refreshed(VoicePresenceUser user, Duration staysFor) {}
