/**
 * The domain: who is in which voice channel, with which flags, until when.
 *
 * <pre>{@code
 * presence.joinVoiceChannel(alice, lounge, Claim.SOCKET);   // everybody who watches sees USER_JOINED
 * presence.updateVoiceState(alice, lounge, NONE.and(MUTED, true), Claim.SOCKET);
 * presence.leaveVoiceChannel(alice, lounge);                // ... USER_LEFT, exactly once
 * }</pre>
 *
 * <p>{@link io.voicepresence.presence.PresenceService} has the verbs; {@link
 * io.voicepresence.presence.PresenceStore} and {@link io.voicepresence.presence.ChangeFeed} are the
 * ports that a technology implements, in a package named after it. Nothing here knows of HTTP,
 * sockets or JSON. Who writes a store: its test extends {@code PresenceStoreContract}.
 */
package io.voicepresence.presence;
