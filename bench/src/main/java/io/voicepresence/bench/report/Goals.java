package io.voicepresence.bench.report;

import static io.voicepresence.bench.process.Target.BARE;
import static io.voicepresence.bench.process.Target.FLOOR;
import static io.voicepresence.bench.process.Target.FLOOR_SEVERAL;
import static io.voicepresence.bench.process.Target.FLOOR_URING;
import static io.voicepresence.bench.process.Target.PEER;
import static io.voicepresence.bench.process.Target.SERVICE;
import static io.voicepresence.bench.process.Target.SERVICE_REDIS;
import static io.voicepresence.bench.report.Goal.Condition.atLeast;
import static io.voicepresence.bench.report.Goal.Condition.atMost;

import io.voicepresence.bench.process.Target;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The numbers to reach, each beside what was measured. */
record Goals(Results results) {
  private static final String CPU = "CPU per delivery, us";
  private static final String CALL = "CPU per call, us";
  private static final String REDIS_CALL = "Redis' CPU per call, us";

  /** One, and the probes that go on meanwhile. */
  private static final double ONE = 1.1;

  List<Goal> all() {
    return List.of(
        fanOut(
            "one-channel",
            "server CPU per delivered event, 1 channel x 5,000 sockets, one event at a time",
            1.1,
            0.4),
        fanOut("many-channels", "the same, 500 channels x 20 sockets, 1,000 updates/s", 1.3, 0.35),
        highestRate(),
        storm(),
        idle(),
        connection(),
        join(),
        look(),
        subscription(),
        commands(),
        twoNodes(),
        start());
  }

  private Goal fanOut(String scenario, String what, double floors, double peers) {
    return new Goal(
        what,
        "at most %s floors, %s of the peer".formatted(floors, peers),
        others(scenario, CPU, "us", PEER, BARE),
        others(scenario, CPU, "us", FLOOR, FLOOR_URING),
        List.of(
            atMost(Double.MAX_VALUE, "%s us", of(scenario, SERVICE, CPU)),
            atMost(floors, "%s floors", results.ratio(scenario, SERVICE, FLOOR, CPU)),
            atMost(peers, "%s of the peer", results.ratio(scenario, SERVICE, PEER, CPU))));
  }

  private Goal highestRate() {
    String rate = "updates/s";
    return new Goal(
        "highest updates/s with p99 under 200 ms, 500 channels x 20 sockets (wall clock)",
        "at least 14,000; more than the floor",
        others("highest-rate", rate, "", PEER, BARE),
        others("highest-rate", rate, "", FLOOR, FLOOR_SEVERAL),
        List.of(
            atLeast(14_000, "%s updates/s", of("highest-rate", SERVICE, rate)),
            atLeast(1, "%s floors", results.ratio("highest-rate", SERVICE, FLOOR, rate))));
  }

  private Goal storm() {
    return new Goal(
        "CPU per delivery in a storm: 1,000 joins within a second in a channel with 1,000 sockets",
        "at most 0.3 floors",
        others("storm", CPU, "us", PEER),
        others("storm", CPU, "us", FLOOR, FLOOR_URING, FLOOR_SEVERAL),
        List.of(
            atMost(Double.MAX_VALUE, "%s us", of("storm", SERVICE, CPU)),
            atMost(0.3, "%s floors", results.ratio("storm", SERVICE, FLOOR, CPU))));
  }

  private Goal idle() {
    String resident = "resident per connection, KB";
    return new Goal(
        "resident bytes per idle connection, 10,000 of them",
        "at most 5 KB, live heap at most 1.5 KB",
        others("idle", resident, "KB", PEER, BARE),
        others("idle", resident, "KB", FLOOR),
        List.of(
            atMost(5, "%s KB resident", of("idle", SERVICE, resident)),
            atMost(1.5, "%s KB live heap", of("idle", SERVICE, "live heap per connection, KB"))));
  }

  private Goal connection() {
    String cost = "CPU per connection, us";
    return new Goal(
        "CPU per new connection (upgrade, token, subscribe)",
        "at most 100 us",
        others("connect", cost, "us", PEER, BARE),
        others("connect", cost, "us", FLOOR),
        List.of(atMost(100, "%s us", of("connect", SERVICE, cost))));
  }

  private Goal join() {
    return new Goal(
        "CPU per HTTP join, with Redis",
        "at most 45 us + 10 us in Redis",
        others("http-join", CALL, "us", PEER),
        "",
        List.of(
            atMost(45, "%s us", of("http-join", SERVICE_REDIS, CALL)),
            atMost(10, "%s us in Redis", of("http-join", SERVICE_REDIS, REDIS_CALL))));
  }

  private Goal look() {
    return new Goal(
        "CPU per HTTP GET of a channel with 10 users",
        "at most 25 us in memory; with Redis 45 us + 15 us in Redis, one round trip",
        others("http-get", CALL, "us", PEER),
        "",
        List.of(
            atMost(25, "%s us in memory", of("http-get", SERVICE, CALL)),
            atMost(45, "%s us with Redis", of("http-get", SERVICE_REDIS, CALL)),
            atMost(15, "%s us in Redis", of("http-get", SERVICE_REDIS, REDIS_CALL)),
            atMost(ONE, "%s round trips", redis("packets per look"))));
  }

  private Goal subscription() {
    return new Goal(
        "Redis commands per snapshot of a subscription whose channel the node already follows",
        "none",
        others("redis-commands", "commands per subscription", "", PEER),
        "",
        List.of(atMost(0.05, "%s", redis("commands per subscription"))));
  }

  private Goal commands() {
    return new Goal(
        "Redis commands and round trips: join, leave, update",
        "one script, one trip",
        List.of("join", "leave", "update").stream()
            .flatMap(
                verb ->
                    of("redis-commands", PEER, "commands per " + verb)
                        .map(spread -> verb + " " + Spread.show(spread.median()))
                        .stream())
            .collect(Collectors.joining("; ")),
        "",
        List.of(
            atMost(ONE, "join %s", redis("commands per join")),
            atMost(ONE, "in %s trips", redis("packets per join")),
            atMost(ONE, "leave %s", redis("commands per leave")),
            atMost(ONE, "in %s trips", redis("packets per leave")),
            atMost(ONE, "update %s", redis("commands per update")),
            atMost(ONE, "in %s trips", redis("packets per update"))));
  }

  private Goal twoNodes() {
    return new Goal(
        "p99 from command to delivery on another node, 50,000 deliveries/s (wall clock; two nodes, Redis and the load on two cores)",
        "at most 10 ms",
        "",
        "",
        List.of(atMost(10, "%s ms", of("two-nodes", SERVICE_REDIS, "p99, ms"))));
  }

  private Goal start() {
    String cached = "bin/voice-presence, with its cache, s";
    return new Goal(
        "start to ready (wall clock)",
        "under 1.5 s",
        others("start", "node, s", "s", PEER),
        "",
        List.of(
            atMost(1.5, "%s s in memory", of("start", SERVICE, cached)),
            atMost(1.5, "%s s with Redis", of("start", SERVICE_REDIS, cached)),
            atMost(1.5, "%s s by java -jar", of("start", SERVICE, "java -jar, s")),
            atMost(
                1.5, "%s s by java -jar with Redis", of("start", SERVICE_REDIS, "java -jar, s"))));
  }

  private Optional<Spread> of(String scenario, Target target, String name) {
    return results.spread(scenario, target, name);
  }

  private Optional<Spread> redis(String name) {
    return of("redis-commands", SERVICE_REDIS, name);
  }

  private String others(String scenario, String name, String unit, Target... targets) {
    String numbers =
        List.of(targets).stream()
            .flatMap(
                target ->
                    of(scenario, target, name).stream()
                        .map(Spread::median)
                        .map(Spread::show)
                        .map(shown -> target == targets[0] ? shown : target.label() + " " + shown))
            .collect(Collectors.joining(", "));
    return numbers.isEmpty() || unit.isEmpty() ? numbers : numbers + " " + unit;
  }
}
