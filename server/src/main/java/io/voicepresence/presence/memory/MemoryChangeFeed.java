package io.voicepresence.presence.memory;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.presence.ChangeFeed;
import io.voicepresence.presence.PresenceEvent;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The feed of one node: the store hands each event straight to the listeners, under the channel's
 * lock, so that they hear it in order and before the command that made it is answered.
 */
public final class MemoryChangeFeed implements ChangeFeed {
  private final ConcurrentHashMap<ChannelId, List<Subscriber>> subscribers =
      new ConcurrentHashMap<>();

  @Override
  public Following follow(ChannelId channel, Listener listener) {
    Subscriber subscriber = new Subscriber(listener);
    subscribers.merge(
        channel,
        List.of(subscriber),
        (old, added) -> Stream.concat(old.stream(), added.stream()).toList());
    return () ->
        subscribers.computeIfPresent(
            channel,
            (id, old) -> {
              List<Subscriber> rest = old.stream().filter(s -> s != subscriber).toList();
              return rest.isEmpty() ? null : rest;
            });
  }

  /**
   * @param previous the version that the channel had before
   */
  void publish(PresenceEvent event, long previous) {
    for (Subscriber subscriber : subscribers.getOrDefault(event.channelId(), List.of())) {
      subscriber.listener.onChange(event, previous);
    }
  }

  /** Nothing lies between the store and its listeners. */
  @Override
  public boolean healthy() {
    return true;
  }

  boolean isFollowed(ChannelId channel) {
    return subscribers.containsKey(channel);
  }

  /** Has an identity of its own, so that the same listener may follow twice. */
  private static final class Subscriber {
    final Listener listener;

    Subscriber(Listener listener) {
      this.listener = listener;
    }
  }
}
