package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.await;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.error.RequestException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * On Cluster, where other servers hold the indexes than the channel. Such a server may be out of
 * reach: then the channel goes on without it, and this node owes the entry until that server is
 * back.
 */
final class OtherServerIndexes implements Indexes {
  /** How long a join waits for an index: it goes on without. */
  private static final Duration PATIENCE = Duration.ofMillis(250);

  private final UserIndex userIndex;
  private final DueIndex due;
  private final ClaimChannelScript claimChannel;
  private final OwedEntries owed;

  OtherServerIndexes(
      UserIndex userIndex, DueIndex due, ClaimChannelScript claimChannel, OwedEntries owed) {
    this.userIndex = userIndex;
    this.due = due;
    this.claimChannel = claimChannel;
    this.owed = owed;
  }

  /**
   * Where a user's index is out of reach, the number of their channels is not known, and nobody is
   * refused for it, unless so much is owed that no more can be.
   */
  @Override
  public boolean claim(ChannelId channel, UserId user) {
    CompletableFuture<Boolean> claimed = claimChannel.send(channel, user);
    CompletableFuture<Long> entered = due.enter(channel);
    boolean inTime = awaitBriefly(claimed.thenCombine(entered, (_, _) -> true));
    if (!inTime && owed.isFull()) {
      throw Unavailable.outOfReach();
    }
    return !claimed.isDone() || claimed.isCompletedExceptionally() || await(claimed);
  }

  /** Returns false where the step failed, or is not done in time. */
  private static boolean awaitBriefly(CompletableFuture<?> step) {
    try {
      var _ = await(step.copy().orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
      return true;
    } catch (RequestException | CompletionException late) {
      return false;
    }
  }

  /**
   * Waits for neither: whoever takes the channel out of an index looks at the channel after that,
   * and the user is in by now.
   */
  @Override
  public void enter(ChannelId channel, UserId user) {
    enterDue(channel);
    var _ = owed.unlessDone(userIndex.enter(channel, user), channel, user);
  }

  @Override
  public void enterDue(ChannelId channel) {
    var _ = owed.unlessDone(due.enter(channel), channel);
  }

  @Override
  public void prolonging(ChannelId channel) {
    var _ = due.enter(channel);
  }

  @Override
  public void remove(ChannelId channel, UserId user) {
    var _ = owed.unlessDone(userIndex.remove(channel, user), channel, user);
  }

  @Override
  public void refused(ChannelId channel, UserId user) {
    var _ = awaitBriefly(owed.unlessDone(userIndex.remove(channel, user), channel, user));
  }
}
