package io.voicepresence.presence.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.netty.handler.codec.CodecException;
import io.netty.util.Timeout;
import io.voicepresence.error.RequestException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * One command on its way, over as many tries as an error reply that passes by itself makes
 * necessary. Never tried again: what the server may have done already.
 */
final class PendingCommand<T> extends CompletableFuture<T> {
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(10);
  private static final Duration MAX_BACKOFF = Duration.ofMillis(80);

  /** Each hop is an answer that shows the way; more of them than this go round in circles. */
  private static final int MAX_HOPS = 5;

  /** Where the tries go. */
  interface Route {
    /** The link to the server that holds the key; empty where that is not known. */
    Optional<ServerLink> link(String key);

    /**
     * The link to the server that a MOVED or ASK names; empty where there is no Cluster.
     *
     * @param from the link that it came over
     */
    Optional<ServerLink> redirected(ServerLink from, String message);
  }

  /** Which connection of a link a try went over. */
  private record Sender(ServerLink link, RedisAsyncCommands<String, byte[]> commands) {
    void drop(String reason) {
      link.drop(commands, reason);
    }
  }

  /** A try that is on the wire: what to take back when time is up. */
  private record Try(ServerLink link, RedisFuture<?> reply) {}

  private final String key;
  private final Function<RedisClusterAsyncCommands<String, byte[]>, RedisFuture<T>> command;
  private final Route route;
  private final LettuceClient client;
  private final AtomicReference<Optional<Try>> current = new AtomicReference<>(Optional.empty());
  private int hops;
  private Duration backoff = FIRST_BACKOFF;
  private volatile Optional<ServerLink> occupied = Optional.empty();

  PendingCommand(
      String key,
      Function<RedisClusterAsyncCommands<String, byte[]>, RedisFuture<T>> command,
      Route route,
      LettuceClient client) {
    this.key = key;
    this.command = command;
    this.route = route;
    this.client = client;
  }

  /** Sends it; it ends within {@code timeout}. */
  PendingCommand<T> send(Duration timeout) {
    try {
      Timeout deadline = client.after(timeout, this::timeIsUp);
      var _ = whenComplete((_, _) -> deadline.cancel());
      tryOn(route.link(key), false);
    } catch (RequestException closed) {
      completeExceptionally(closed);
    }
    return this;
  }

  private void tryOn(Optional<ServerLink> target, boolean asking) {
    if (isDone()) {
      return;
    }
    if (target.isEmpty()) {
      completeExceptionally(Unavailable.outOfReach());
      return;
    }
    ServerLink link = target.get();
    switch (link.admit()) {
      case ADMITTED -> write(link, asking);
      case CONNECTING -> tryLater();
      case OUT_OF_REACH -> completeExceptionally(Unavailable.outOfReach());
      case TOO_BUSY -> completeExceptionally(Unavailable.tooBusy());
    }
  }

  private void write(ServerLink link, boolean asking) {
    Optional<RedisAsyncCommands<String, byte[]>> commands = link.commands();
    if (commands.isEmpty()) {
      link.release();
      completeExceptionally(Unavailable.outOfReach());
      return;
    }
    RedisFuture<T> reply;
    try {
      if (asking) { // Should another thread's command slip in between, we are asked to ask again.
        var _ = commands.get().asking();
      }
      reply = command.apply(commands.get());
    } catch (RuntimeException e) {
      link.release();
      completeExceptionally(e instanceof RedisException ? Unavailable.outOfReach() : e);
      return;
    }
    current.set(Optional.of(new Try(link, reply)));
    reply.whenComplete(
        (value, failure) -> {
          link.release();
          replied(new Sender(link, commands.get()), value, failure);
        });
  }

  private void replied(Sender sender, T value, Throwable failure) {
    switch (failure) {
      case null -> {
        sender.link().answered();
        complete(value);
      }
      case RedisCommandExecutionException refusal -> {
        sender.link().answered();
        refused(sender, refusal);
      }
      case CancellationException _ -> completeExceptionally(Unavailable.outOfReach());
      default -> {
        // Lettuce gives what breaks a connection to the next best command; had it been a reply that
        // cannot be read, all later ones would go to the wrong commands.
        sender.drop(String.valueOf(failure.getMessage()));
        boolean broken =
            failure instanceof RedisException
                || failure instanceof IOException
                || failure instanceof CodecException;
        completeExceptionally(broken ? Unavailable.outOfReach() : failure);
      }
    }
  }

  private void refused(Sender sender, RedisCommandExecutionException refusal) {
    ServerLink link = sender.link();
    String message = String.valueOf(refusal.getMessage());
    switch (ErrorReply.of(message)) {
      case MOVED -> redirect(link, message, false);
      case ASK -> redirect(link, message, true);
      case PASSING -> tryLater();
      case OCCUPIED -> {
        occupied = Optional.of(link);
        tryLater();
      }
      case DEMOTED -> {
        sender.drop("it is a replica now");
        completeExceptionally(Unavailable.outOfReach());
      }
      case REFUSED -> {
        link.refused(message);
        completeExceptionally(Unavailable.outOfReach());
      }
      case FOR_CALLER -> completeExceptionally(refusal);
    }
  }

  private void redirect(ServerLink from, String message, boolean asking) {
    Optional<ServerLink> target = route.redirected(from, message);
    if (target.isEmpty()) {
      from.refused(message);
      completeExceptionally(Unavailable.outOfReach());
    } else if (++hops > MAX_HOPS) {
      tryLater();
    } else {
      tryOn(target, asking);
    }
  }

  private void tryLater() {
    Duration wait = backoff;
    Duration doubled = backoff.multipliedBy(2);
    backoff = doubled.compareTo(MAX_BACKOFF) < 0 ? doubled : MAX_BACKOFF;
    try {
      var _ = client.after(wait, () -> tryOn(route.link(key), false));
    } catch (RequestException closed) {
      completeExceptionally(closed);
    }
  }

  private void timeIsUp() {
    Optional<Try> last = current.get();
    boolean onTheWire = last.isPresent() && !last.get().reply().isDone();
    if (!completeExceptionally(Unavailable.tooLate())) {
      return;
    }
    if (onTheWire) {
      last.get().link().timedOut();
      var _ = last.get().reply().cancel(false);
    } else {
      occupied.ifPresent(ServerLink::timedOut);
    }
  }
}
