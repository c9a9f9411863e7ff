package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.await;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.error.RequestException;
import io.voicepresence.presence.Stay;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * On Cluster, where other servers hold the indexes than the channel. Such a server may be out of
 * reach: then the channel goes on without it, and this node owes the entry until that server is
 * back.
 *
 * <p>An index may also come back without what it held, and a node may end that owes something. What
 * was lost is entered anew by those who see the user: a prolonging or a refresh, a snapshot. Of a
 * user by requests alone, who never refreshes and whom nobody looks at, nobody says so.
 */
final class OtherServerIndexes implements Indexes {
  /** How long a join waits for an index: it goes on without. */
  private static final Duration PATIENCE = Duration.ofMillis(250);

  /** Rounds of prolonging, which come each second. */
  private static final int TELL_EVERY = 10;

  /** Channels come and go, and the count of their rounds goes with them, some time. */
  private static final int FORGET_AFTER = 500_000;

  private final UserIndex userIndex;
  private final DueIndex due;
  private final ClaimChannelScript claimChannel;
  private final OwedEntries owed;
  private final ConcurrentHashMap<ChannelId, Integer> rounds = new ConcurrentHashMap<>();
  private final AtomicInteger calls = new AtomicInteger();

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

  /** Each stay in one round of ten, and not all in the same. */
  @Override
  public void prolonged(ChannelId channel, Collection<Stay> stays) {
    if (calls.incrementAndGet() % FORGET_AFTER == 0) {
      rounds.clear();
    }
    int round = rounds.merge(channel, 1, Integer::sum);
    for (Stay stay : stays) {
      if (Math.floorMod(stay.user().hashCode() + round, TELL_EVERY) == 0) {
        var _ = userIndex.enter(channel, stay.user());
      }
    }
  }

  /** At once, if it does not stand there: who knows since when. */
  @Override
  public void seen(ChannelId channel) {
    var _ = due.enterLate(channel);
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
