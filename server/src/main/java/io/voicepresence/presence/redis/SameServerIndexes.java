package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.await;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.presence.Stay;
import java.util.Collection;

/** On one server, where each script keeps both indexes in its own step. */
final class SameServerIndexes implements Indexes {
  private final DueIndex due;

  SameServerIndexes(DueIndex due) {
    this.due = due;
  }

  @Override
  public boolean claim(ChannelId channel, UserId user) {
    return true; // as far as is known: join.lua decides
  }

  @Override
  public void enter(ChannelId channel, UserId user) {}

  @Override
  public void enterDue(ChannelId channel) {
    await(due.enter(channel));
  }

  @Override
  public void prolonging(ChannelId channel) {
    var _ = due.enter(channel);
  }

  /** The user's index cannot be lost alone. */
  @Override
  public void prolonged(ChannelId channel, Collection<Stay> stays) {}

  /** Nor can that of due channels. */
  @Override
  public void seen(ChannelId channel) {}

  @Override
  public void remove(ChannelId channel, UserId user) {}

  @Override
  public void refused(ChannelId channel, UserId user) {}
}
