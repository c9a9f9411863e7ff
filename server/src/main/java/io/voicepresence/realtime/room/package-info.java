/**
 * Who watches which channel, and how an event reaches all of them.
 *
 * <p>A {@link io.voicepresence.realtime.room.Room} follows the change feed of its channel, keeps a
 * replica of it, encodes each event once and hands it to the event loops of its subscribers. {@link
 * io.voicepresence.realtime.room.Subscriptions} is what the edge uses:
 *
 * <pre>{@code
 * subscriptions.add(List.of(lounge), views -> ack.frame(json(views)));
 * }</pre>
 *
 * <p>Everything that is sent here came by the feed, also what this node changed itself.
 */
package io.voicepresence.realtime.room;
