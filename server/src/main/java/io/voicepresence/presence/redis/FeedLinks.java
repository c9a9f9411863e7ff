package io.voicepresence.presence.redis;

import io.voicepresence.presence.redis.RedisTopology.Server;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Keeps one link to every master that holds slots, and probes them. Only for the keeper's thread,
 * but for {@link #healthy} and {@link #probeReturned}.
 */
final class FeedLinks {
  /** Many channels find out at once that the topology is old. */
  private static final long REFRESH_PAUSE = TimeUnit.MILLISECONDS.toNanos(250);

  private final RedisTopology topology;
  private final RedisCommands commands;
  private final FeedLink.Owner owner;
  private final Consumer<FeedLink> unheard;
  private final FeedCounters counters;
  private final String node = UUID.randomUUID().toString();
  private final ProbeChannels probeChannels;
  private final Map<Server, MasterFeed> masters = new ConcurrentHashMap<>();
  private boolean refreshDue;
  private long refreshedAt;

  /**
   * @param unheard is told, on any thread, of a link whose server was not where a probe went
   */
  FeedLinks(
      RedisTopology topology,
      RedisCommands commands,
      FeedLink.Owner owner,
      Consumer<FeedLink> unheard,
      FeedCounters counters,
      long now) {
    this.topology = topology;
    this.commands = commands;
    this.owner = owner;
    this.unheard = unheard;
    this.counters = counters;
    this.probeChannels = new ProbeChannels(topology, commands.clustered(), node);
    this.refreshedAt = now - REFRESH_PAUSE;
  }

  /** The open link to where that shard channel lies, if there is one now. */
  Optional<FeedLink> openFor(String name) {
    try {
      return Optional.ofNullable(masters.get(topology.ownerOf(name)))
          .flatMap(MasterFeed::link)
          .filter(FeedLink::isOpen);
    } catch (RuntimeException unknown) {
      return Optional.empty();
    }
  }

  boolean isCurrent(FeedLink link) {
    return master(link).filter(master -> master.isOn(link)).isPresent();
  }

  /** Brings the set of links up to the servers that are known. Returns the links that ended. */
  List<FeedLink> follow(long now) {
    Set<Server> servers = topology.servers();
    if (servers.isEmpty()) {
      refresh(now);
      return List.of();
    }
    for (Server server : servers) {
      if (probeChannels.of(server).isPresent()) {
        var _ = masters.computeIfAbsent(server, s -> new MasterFeed(s, node, now));
      }
    }
    List<Server> gone =
        masters.keySet().stream()
            .filter(server -> !servers.contains(server) || probeChannels.of(server).isEmpty())
            .toList();
    List<FeedLink> ended =
        gone.stream().flatMap(server -> masters.get(server).link().stream()).toList();
    for (Server server : gone) {
      masters.remove(server).end();
    }
    return ended;
  }

  /** Servers or slots moved: links may lead to where nothing is published any more. */
  void topologyChanged(long now) {
    probeChannels.lookAgain();
    masters.values().forEach(master -> master.hurry(now));
  }

  /** Begins links that are due, sends probes that are due. Returns what is wrong with which. */
  Map<FeedLink, String> tend(long now) {
    Map<FeedLink, String> complaints = new ConcurrentHashMap<>();
    masters.forEach(
        (server, master) -> {
          if (master.wantsLink(now)) {
            FeedLink begun = master.begin(owner, now);
            var _ = Thread.ofVirtual().name("feed-link").start(() -> begun.connect(topology));
          }
          tendProbe(server, master, now);
          master.complaint(now).ifPresent(why -> complaints.put(master.link().orElseThrow(), why));
        });
    if (refreshDue) {
      refresh(now);
    }
    return complaints;
  }

  /** Sends the probe of a link as soon as it can be heard. */
  void tendProbe(Server server, MasterFeed master, long now) {
    if (master.link().filter(FeedLink::isOpen).isEmpty()) {
      return;
    }
    probeChannels.of(server).ifPresent(channel -> master.listenForProbes(channel, now));
    if (master.probeDue(now)) {
      LinkProbe probe = master.probe().orElseThrow();
      byte[] message = probe.next(now);
      FeedLink link = master.link().orElseThrow();
      var _ =
          commands
              .send(probe.channel(), to -> to.spublish(probe.channel(), message))
              .whenComplete(
                  (receivers, error) -> {
                    if (error == null && receivers == 0) {
                      unheard.accept(link);
                    }
                  });
    }
  }

  void probeHeard(FeedLink link, String channel, boolean heard, long now) {
    master(link)
        .filter(master -> master.isOn(link))
        .filter(master -> master.probe().filter(p -> p.channel().equals(channel)).isPresent())
        .ifPresent(
            master -> {
              master.probeHeard(heard);
              tendProbe(link.server(), master, now);
            });
  }

  /**
   * A probe came over that link. From any thread.
   *
   * @return whether it was the link's first
   */
  boolean probeReturned(FeedLink link, byte[] message) {
    return master(link)
        .filter(master -> master.isOn(link))
        .flatMap(MasterFeed::probe)
        .filter(probe -> probe.returned(message))
        .isPresent();
  }

  void proven(FeedLink link, long now) {
    master(link).filter(master -> master.isOn(link)).ifPresent(master -> master.proven(now));
  }

  /** Ends a link that is lost; {@link #tend} begins another. */
  void drop(FeedLink link, String reason, long now) {
    link.close();
    master(link)
        .filter(master -> master.isOn(link))
        .ifPresent(
            master -> {
              counters.relinks.increment();
              master.drop(reason, now);
            });
  }

  void excuse(long now) {
    masters.values().forEach(master -> master.excuse(now));
  }

  /** Asks for a new look at the topology, now or as soon as the last time is long enough ago. */
  void refresh(long now) {
    refreshDue = now - refreshedAt < REFRESH_PAUSE;
    if (!refreshDue) {
      refreshedAt = now;
      topology.refresh();
    }
  }

  /** Whether every link that is needed brings what is published. From any thread. */
  boolean healthy(long now) {
    return !masters.isEmpty()
        && !topology.servers().isEmpty()
        && masters.values().stream().allMatch(master -> master.healthy(now));
  }

  void close() {
    masters.values().forEach(MasterFeed::end);
  }

  private Optional<MasterFeed> master(FeedLink link) {
    return Optional.ofNullable(masters.get(link.server()));
  }
}
