package io.voicepresence.presence.redis;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.presence.ChangeFeed;
import io.voicepresence.presence.PresenceEvent;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * One channel, who listens to it here, and how far its subscription is.
 *
 * <p>Three kinds of state: listeners and confirmation, under this object's monitor, which is held
 * for a moment and never while a listener runs; {@link #delivery}, held while listeners run, which
 * neither follow nor close ever asks for; and what is the keeper's alone, without a lock.
 */
final class FollowedChannel {
  /** How far the subscription is. One command at most is unanswered, so no answer is mistaken. */
  enum Step {
    NONE,
    SUBSCRIBING,
    SUBSCRIBED,
    UNSUBSCRIBING
  }

  /** One follower. Has an identity of its own, so that the same listener may follow twice. */
  static final class Follower {
    private final ChangeFeed.Listener listener;
    private final AtomicBoolean closed = new AtomicBoolean();

    Follower(ChangeFeed.Listener listener) {
      this.listener = listener;
    }
  }

  private final ChannelId id;
  private final String name;
  private final CopyOnWriteArrayList<Follower> followers = new CopyOnWriteArrayList<>();
  private final ReentrantLock delivery = new ReentrantLock();
  private final AtomicBoolean doubtDue = new AtomicBoolean();
  private volatile Optional<FeedLink> link = Optional.empty();
  private CompletableFuture<Void> confirmation = new CompletableFuture<>();

  private Step step = Step.NONE;
  private boolean lost;
  private long retryAt;

  FollowedChannel(ChannelId id, String name) {
    this.id = id;
    this.name = name;
  }

  ChannelId id() {
    return id;
  }

  String name() {
    return name;
  }

  /** Done as soon as the server confirmed the subscription, also for those who come later. */
  synchronized CompletableFuture<Void> add(Follower follower) {
    followers.add(follower);
    return confirmation;
  }

  /** Whether that was the last one. Only the first call for a follower counts. */
  synchronized boolean remove(Follower follower) {
    return follower.closed.compareAndSet(false, true)
        && followers.remove(follower)
        && followers.isEmpty();
  }

  synchronized boolean isFollowed() {
    return !followers.isEmpty();
  }

  /**
   * Hands an event on, in the order of the link. While a channel moves there are two links, each
   * with a thread: the lock lets one follower hear one event at a time, and what the old link still
   * brings is no longer wanted.
   */
  void deliver(FeedLink from, PresenceEvent event, long previous, Consumer<Throwable> failures) {
    delivery.lock();
    try {
      if (!isOn(from)) {
        return;
      }
      for (Follower follower : followers) {
        if (!follower.closed.get()) {
          guarded(() -> follower.listener.onChange(event, previous), failures);
        }
      }
    } finally {
      delivery.unlock();
    }
  }

  /** Whether a doubt is to be told now; false where one is on its way already. */
  boolean doubtBegins() {
    return doubtDue.compareAndSet(false, true);
  }

  void tellDoubt(Consumer<Throwable> failures) {
    doubtDue.set(false);
    for (Follower follower : followers) {
      if (!follower.closed.get()) {
        guarded(follower.listener::onDoubt, failures);
      }
    }
  }

  /** What one listener throws, an Error too, must reach neither the link nor the other ones. */
  private static void guarded(Runnable call, Consumer<Throwable> failures) {
    try {
      call.run();
    } catch (Throwable broken) {
      failures.accept(broken);
    }
  }

  // From here on: the keeper's alone.

  Step step() {
    return step;
  }

  boolean isOn(FeedLink other) {
    return link.filter(own -> own == other).isPresent();
  }

  Optional<FeedLink> link() {
    return link;
  }

  long retryAt() {
    return retryAt;
  }

  void retryAt(long nanos) {
    retryAt = nanos;
  }

  /** Whether there was a subscription, which is gone and not yet back. */
  boolean lost() {
    return lost;
  }

  void subscribing(FeedLink on) {
    link = Optional.of(on);
    step = Step.SUBSCRIBING;
  }

  /**
   * The server confirmed.
   *
   * @return whether followers may have missed something before
   */
  boolean subscribed() {
    step = Step.SUBSCRIBED;
    boolean doubtful = lost;
    lost = false;
    synchronized (this) {
      confirmation.complete(null);
    }
    return doubtful;
  }

  /** There is no subscription, wanted or not. */
  synchronized void unsubscribed() {
    lost |= confirmation.isDone() && !followers.isEmpty();
    step = Step.NONE;
    unconfirm();
  }

  /**
   * Ends the confirmation if nobody follows. In one step with looking, or one who follows in
   * between takes the old confirmation for a good one.
   *
   * @return false where there is a follower
   */
  synchronized boolean retire() {
    if (!followers.isEmpty()) {
      return false;
    }
    lost = false;
    unconfirm();
    return true;
  }

  void unsubscribing() {
    step = Step.UNSUBSCRIBING;
  }

  private void unconfirm() {
    if (confirmation.isDone()) {
      confirmation = new CompletableFuture<>();
    }
  }
}
