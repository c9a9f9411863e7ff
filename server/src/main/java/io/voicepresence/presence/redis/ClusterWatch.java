package io.voicepresence.presence.redis;

import io.lettuce.core.api.async.RedisAsyncCommands;
import io.netty.util.Timeout;
import io.voicepresence.error.RequestException;
import io.voicepresence.presence.redis.RedisAddress.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Looks at a Cluster's topology in rounds: every 2 s, and soon after anything that hints at a
 * change. A round asks some masters at once over their links, and where none is up, some nodes that
 * it heard of; it waits for no node that does not answer.
 */
final class ClusterWatch implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofSeconds(2);
  private static final Duration SOON = Duration.ofMillis(100);

  /** While part of the slots has no master in reach, and after a round that saw nothing. */
  private static final Duration ANXIOUS = Duration.ofMillis(500);

  private static final Duration PATIENCE = Duration.ofMillis(500);
  private static final int ASKED_AT_ONCE = 8;

  private final RedisAddress.Cluster address;
  private final LettuceClient client;
  private final RedisSettings settings;
  private final Supplier<Map<Endpoint, ServerLink>> links;
  private final Consumer<ClusterView> seen;
  private final LinkLog log;

  private Set<Endpoint> known = Set.of();
  private Optional<Timeout> next = Optional.empty();
  private boolean inRound;
  private boolean againSoon;
  private volatile boolean closed;

  /**
   * @param links those that are up
   * @param seen told of each round that saw something
   */
  ClusterWatch(
      RedisAddress.Cluster address,
      LettuceClient client,
      RedisSettings settings,
      Supplier<Map<Endpoint, ServerLink>> links,
      Consumer<ClusterView> seen) {
    this.address = address;
    this.client = client;
    this.settings = settings;
    this.links = links;
    this.seen = seen;
    this.log = new LinkLog("Cluster at " + address.seeds().getFirst(), System::nanoTime);
  }

  void start() {
    schedule(Duration.ZERO);
  }

  /** Looks again soon, once, however often that is asked for. */
  synchronized void soon() {
    if (inRound) {
      againSoon = true;
    } else {
      schedule(SOON);
    }
  }

  private synchronized void schedule(Duration delay) {
    if (closed) {
      return;
    }
    next.ifPresent(Timeout::cancel);
    try {
      next = Optional.of(client.after(delay, this::round));
    } catch (RequestException stopped) {
      closed = true;
    }
  }

  private void round() {
    synchronized (this) {
      if (inRound || closed) {
        return;
      }
      inRound = true;
      againSoon = false;
    }
    List<CompletableFuture<Optional<ClusterNodes>>> answers;
    try {
      answers = ask();
    } catch (RuntimeException broken) {
      // Or it would be the last round.
      log.down(broken);
      end(false);
      return;
    }
    var _ =
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
            .thenRun(() -> finish(answers.stream().flatMap(a -> a.join().stream()).toList()))
            .whenComplete((_, failure) -> end(failure == null && !answers.isEmpty()));
  }

  private List<CompletableFuture<Optional<ClusterNodes>>> ask() {
    Map<Endpoint, ServerLink> up = links.get();
    if (!up.isEmpty()) {
      return some(up.keySet()).stream()
          .map(node -> patiently(up.get(node).commands().map(c -> ask(node, c)), PATIENCE))
          .toList();
    }
    Set<Endpoint> nodes = new LinkedHashSet<>(address.seeds());
    synchronized (this) {
      nodes.addAll(known);
    }
    return some(nodes).stream()
        .map(node -> patiently(Optional.of(askNewly(node)), settings.commandTimeout()))
        .toList();
  }

  private static List<Endpoint> some(Set<Endpoint> nodes) {
    List<Endpoint> shuffled = new ArrayList<>(nodes);
    Collections.shuffle(shuffled);
    return shuffled.subList(0, Math.min(ASKED_AT_ONCE, shuffled.size()));
  }

  private CompletableFuture<Optional<ClusterNodes>> patiently(
      Optional<CompletableFuture<ClusterNodes>> answer, Duration patience) {
    return answer
        .map(
            a ->
                a.thenApply(Optional::of)
                    .completeOnTimeout(Optional.empty(), patience.toNanos(), TimeUnit.NANOSECONDS)
                    .exceptionally(
                        failure -> {
                          log.down(failure);
                          return Optional.empty();
                        }))
        .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
  }

  private CompletableFuture<ClusterNodes> askNewly(Endpoint node) {
    return client
        .connect(client.uri(node, address.credentials(), 0))
        .thenCompose(
            connection ->
                ask(node, connection.async())
                    .orTimeout(settings.commandTimeout().toNanos(), TimeUnit.NANOSECONDS)
                    .whenComplete(
                        (_, _) -> {
                          var _ = connection.closeAsync();
                        }));
  }

  private CompletableFuture<ClusterNodes> ask(
      Endpoint node, RedisAsyncCommands<String, byte[]> commands) {
    return commands
        .clusterNodes()
        .toCompletableFuture()
        .thenApply(answer -> ClusterNodes.parse(answer, node, address.tls()));
  }

  private void finish(List<ClusterNodes> answers) {
    ClusterView view = ClusterView.of(answers);
    if (view.masters().isEmpty()) {
      return;
    }
    log.up();
    Set<Endpoint> all = new LinkedHashSet<>(view.masters());
    answers.forEach(answer -> all.addAll(answer.replicas()));
    synchronized (this) {
      known = all;
    }
    seen.accept(view);
  }

  private synchronized void end(boolean calm) {
    inRound = false;
    boolean allUp = links.get().size() >= Math.max(1, known.size() / 2);
    schedule(againSoon ? SOON : calm && allUp ? PERIOD : ANXIOUS);
  }

  @Override
  public synchronized void close() {
    closed = true;
    next.ifPresent(Timeout::cancel);
  }
}
