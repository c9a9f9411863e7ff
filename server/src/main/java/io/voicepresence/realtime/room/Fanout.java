package io.voicepresence.realtime.room;

import io.netty.channel.EventLoop;
import io.voicepresence.presence.PresenceEvent;
import io.voicepresence.realtime.engineio.OutboundFrame;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;

/** A room's subscribers, split by event loop. Guarded by the room's lock. */
final class Fanout {
  private final EventEncoder encoder;
  private final Map<EventLoop, Shard> shards = new HashMap<>(4);

  Fanout(EventEncoder encoder) {
    this.encoder = encoder;
  }

  Shard shard(EventLoop loop) {
    return shards.computeIfAbsent(loop, Shard::new);
  }

  /**
   * Encodes an event once and hands it to all loops.
   *
   * @param user the event's user as JSON
   */
  void broadcast(PresenceEvent event, byte[] user) {
    if (shards.isEmpty()) {
      return;
    }
    OutboundFrame frame = encoder.encode(event, user);
    try {
      shards.forEach(
          (loop, shard) -> {
            frame.retain();
            execute(loop, () -> shard.offer(frame), frame::release);
          });
    } finally {
      frame.release();
    }
  }

  /** An event could not be handed on: see {@link Subscriber#fail}. */
  void fail() {
    shards.forEach((loop, shard) -> execute(loop, shard::fail, () -> {}));
  }

  private static void execute(EventLoop loop, Runnable step, Runnable refused) {
    try {
      loop.execute(step);
    } catch (RejectedExecutionException stopping) {
      refused.run();
    }
  }
}
