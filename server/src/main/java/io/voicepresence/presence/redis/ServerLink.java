package io.voicepresence.presence.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.voicepresence.error.RequestException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The one connection for commands to one server, kept for as long as that server is ours: made anew
 * whenever it breaks, guarded by a {@link CircuitBreaker} and a bound on what is under way.
 *
 * <p>A PING of its own finds out whether the server answers, also when nobody asks for anything. A
 * link without any answer for {@link #SILENCE} is closed and made anew: a network that swallows
 * packets tells nobody, and TCP itself would try for a quarter of an hour.
 */
final class ServerLink implements AutoCloseable {
  /** Without an answer to a PING for so long, the connection is given up. */
  static final Duration SILENCE = Duration.ofSeconds(2);

  static final Duration MAX_BACKOFF = Duration.ofMillis(500);
  private static final Duration MIN_BACKOFF = Duration.ofMillis(10);
  private static final Duration HEARTBEAT = Duration.ofMillis(250);

  /** How a command gets on. */
  enum Admission {
    ADMITTED,
    /** Never connected yet, but about to be. */
    CONNECTING,
    OUT_OF_REACH,
    TOO_BUSY
  }

  /** A connection that is up, and where it leads. */
  private record Open(
      StatefulRedisConnection<String, byte[]> connection,
      RedisAsyncCommands<String, byte[]> commands,
      RedisURI uri) {}

  /** What the link asks for and tells. */
  interface Owner {
    /** Where the server is now; looked up again for each try. */
    CompletableFuture<RedisURI> address();

    /** Whether only a master will do. */
    boolean wantsMaster();

    void up(RedisURI where);

    void down();
  }

  private final Owner owner;
  private final LettuceClient client;
  private final RedisSettings settings;
  private final LinkLog log;
  private final LongSupplier nanoTime;
  private final long madeAt;
  private final CircuitBreaker breaker = new CircuitBreaker();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger failedTries = new AtomicInteger();

  private volatile Optional<Open> open = Optional.empty();
  private volatile boolean everUp;
  private volatile boolean closed;
  private volatile long lastAnswer;

  /** When the PING that is under way was sent; empty: none is. */
  private volatile Optional<Long> pingSentAt = Optional.empty();

  ServerLink(
      String name,
      Owner owner,
      LettuceClient client,
      RedisSettings settings,
      LongSupplier nanoTime) {
    this.owner = owner;
    this.client = client;
    this.settings = settings;
    this.nanoTime = nanoTime;
    this.log = new LinkLog(name, nanoTime);
    this.madeAt = nanoTime.getAsLong();
  }

  /** Connects, and keeps trying from now on. */
  void start() {
    // On another thread: the first connection loads classes for half a second.
    schedule(Duration.ZERO, this::connect);
    schedule(HEARTBEAT, this::heartbeat);
  }

  /** Whether commands have a chance. */
  boolean isUp() {
    return open.isPresent() && !breaker.isOpen();
  }

  boolean isClosed() {
    return closed;
  }

  Duration age() {
    return since(madeAt);
  }

  /** Where the connection leads; empty while there is none. */
  Optional<RedisURI> where() {
    return open.map(Open::uri);
  }

  /** Asks to send a command. Whoever is admitted calls {@link #release} at the end. */
  Admission admit() {
    if (open.isEmpty()) {
      boolean soon = !everUp && !closed && age().compareTo(settings.commandTimeout()) < 0;
      return soon ? Admission.CONNECTING : Admission.OUT_OF_REACH;
    }
    if (breaker.isOpen()) {
      return Admission.OUT_OF_REACH;
    }
    if (inFlight.incrementAndGet() > settings.maxInFlight()) {
      inFlight.decrementAndGet();
      return Admission.TOO_BUSY;
    }
    return Admission.ADMITTED;
  }

  void release() {
    inFlight.decrementAndGet();
  }

  /** The commands of the connection; empty when it broke in this moment. */
  Optional<RedisAsyncCommands<String, byte[]>> commands() {
    return open.map(Open::commands);
  }

  /** The server answered a command in time, be it with an error. */
  void answered() {
    lastAnswer = nanoTime.getAsLong();
    breaker.answered();
  }

  /** The server let a command wait until its end. */
  void timedOut() {
    if (breaker.timedOut()) {
      log.stalled();
    }
  }

  /** Gives the connection up and makes another one. */
  void drop(String reason) {
    open.ifPresent(broken -> drop(broken, reason));
  }

  /** As {@link #drop(String)}, unless the connection of these commands is gone already. */
  void drop(RedisAsyncCommands<String, byte[]> commands, String reason) {
    open.filter(link -> link.commands().equals(commands)).ifPresent(link -> drop(link, reason));
  }

  private void drop(Open broken, String reason) {
    wentDown(broken, reason);
    var _ = broken.connection().closeAsync();
  }

  void refused(String message) {
    log.refused(message);
  }

  private void connect() {
    if (closed) {
      return;
    }
    var _ =
        attempt(owner::address)
            .thenCompose(
                uri ->
                    attempt(() -> client.connect(uri)).thenApply(c -> new Open(c, c.async(), uri)))
            .thenCompose(this::checked)
            .whenComplete(
                (connected, failure) -> {
                  if (failure == null) {
                    cameUp(connected);
                  } else {
                    log.down(failure);
                    connectAgain();
                  }
                });
  }

  /** A replica would take no write; ask again until there is a master. */
  private CompletableFuture<Open> checked(Open fresh) {
    if (!owner.wantsMaster()) {
      return CompletableFuture.completedFuture(fresh);
    }
    return fresh
        .commands()
        .role()
        .handle(ServerLink::isMaster)
        .toCompletableFuture()
        .orTimeout(settings.commandTimeout().toNanos(), java.util.concurrent.TimeUnit.NANOSECONDS)
        .handle((master, failure) -> failure == null && master)
        .thenApply(
            master -> {
              if (!master) {
                var _ = fresh.connection().closeAsync();
                throw new NotMasterException();
              }
              return fresh;
            });
  }

  /** An ACL may forbid the question: then the answer to a write will tell. */
  private static boolean isMaster(List<Object> role, Throwable failure) {
    return failure == null
        ? !role.isEmpty() && "master".equals(text(role.getFirst()))
        : failure instanceof RedisCommandExecutionException;
  }

  private static String text(Object word) {
    return word instanceof byte[] bytes
        ? new String(bytes, java.nio.charset.StandardCharsets.UTF_8)
        : String.valueOf(word);
  }

  private void cameUp(Open fresh) {
    lastAnswer = nanoTime.getAsLong();
    pingSentAt = Optional.empty();
    breaker.close();
    failedTries.set(0);
    open = Optional.of(fresh);
    everUp = true;
    fresh
        .connection()
        .addListener(
            new RedisConnectionStateListener() {
              @Override
              public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
                wentDown(fresh, "the connection was closed");
              }
            });
    log.up();
    if (closed) {
      var _ = fresh.connection().closeAsync();
    } else if (!fresh.connection().isOpen()) { // Before the listener was there.
      wentDown(fresh, "the connection was closed");
    } else {
      owner.up(fresh.uri());
    }
  }

  /** Once for each connection, whoever notices first. */
  private void wentDown(Open broken, String reason) {
    synchronized (this) {
      if (!isCurrent(broken)) {
        return;
      }
      open = Optional.empty();
    }
    if (!closed) {
      log.down(reason);
      connectAgain();
      owner.down();
    }
  }

  private boolean isCurrent(Open link) {
    return open.filter(link::equals).isPresent();
  }

  private void connectAgain() {
    int tries = failedTries.getAndIncrement();
    long backoff = MIN_BACKOFF.toMillis() << Math.min(tries, 10);
    schedule(Duration.ofMillis(Math.min(backoff, MAX_BACKOFF.toMillis())), this::connect);
  }

  private void heartbeat() {
    // First, so that one that breaks is not the last.
    schedule(HEARTBEAT, this::heartbeat);
    open.ifPresent(this::probe);
  }

  private void probe(Open link) {
    Optional<Long> pending = pingSentAt;
    if (pending.isEmpty()) {
      if (breaker.isOpen() || since(lastAnswer).compareTo(HEARTBEAT) > 0) {
        ping(link);
      }
      return;
    }
    Duration waiting = since(pending.get());
    if (waiting.compareTo(settings.commandTimeout()) > 0 && breaker.trip()) {
      log.stalled();
    }
    if (waiting.compareTo(SILENCE) > 0) {
      drop(link, "it has not answered for " + SILENCE.toSeconds() + " s");
    }
  }

  /** Its answer may come late and counts all the same: then everything before is answered too. */
  private void ping(Open link) {
    pingSentAt = Optional.of(nanoTime.getAsLong());
    link.commands()
        .ping()
        .whenComplete(
            (pong, failure) -> {
              boolean busy =
                  failure instanceof RedisCommandExecutionException refusal
                      && ErrorReply.of(String.valueOf(refusal.getMessage())) == ErrorReply.OCCUPIED;
              if (!isCurrent(link)
                  || (failure != null && !(failure instanceof RedisCommandExecutionException))) {
                return; // The connection broke.
              }
              pingSentAt = Optional.empty();
              lastAnswer = nanoTime.getAsLong();
              if (!busy && breaker.close()) {
                log.recovered();
              }
            });
  }

  private void schedule(Duration delay, Runnable task) {
    if (closed) {
      return;
    }
    try {
      var _ = client.after(delay, task);
    } catch (RequestException stopped) {
      closed = true;
    }
  }

  private Duration since(long moment) {
    return Duration.ofNanos(nanoTime.getAsLong() - moment);
  }

  /** What throws at once fails as what throws later. */
  private static <T> CompletableFuture<T> attempt(Supplier<CompletableFuture<T>> step) {
    try {
      return step.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Lets the connection be the last one. It ends with the {@link LettuceClient}. */
  void stop() {
    closed = true;
  }

  /** Ends the connection, and the tries for another one. */
  @Override
  public void close() {
    stop();
    open.ifPresent(
        last -> {
          open = Optional.empty();
          var _ = last.connection().closeAsync();
        });
  }

  /** The server that we were sent to is a replica. */
  static final class NotMasterException extends RuntimeException {
    NotMasterException() {
      super("it is a replica, and only a master takes writes", null, false, false);
    }
  }
}
