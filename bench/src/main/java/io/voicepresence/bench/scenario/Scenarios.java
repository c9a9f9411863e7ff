package io.voicepresence.bench.scenario;

import static io.voicepresence.bench.process.Target.BARE;
import static io.voicepresence.bench.process.Target.FLOOR;
import static io.voicepresence.bench.process.Target.FLOOR_SEVERAL;
import static io.voicepresence.bench.process.Target.FLOOR_URING;
import static io.voicepresence.bench.process.Target.PEER;
import static io.voicepresence.bench.process.Target.SERVICE;

import io.voicepresence.bench.load.Layout;
import java.util.List;
import java.util.OptionalDouble;

/** All scenarios, in the order in which they run. */
public final class Scenarios {
  private Scenarios() {}

  /** The list. */
  public static List<Scenario> all() {
    return List.of(
        new FanOut(
            "one-channel",
            "CPU per delivered event, 1 channel x 5,000 sockets, one event at a time",
            Layout.spoken(1, 5000),
            OptionalDouble.empty(),
            List.of(SERVICE, FLOOR, FLOOR_URING, PEER, BARE)),
        new FanOut(
            "many-channels",
            "CPU per delivered event, 500 channels x 20 sockets, 1,000 updates/s",
            Layout.spoken(500, 20),
            OptionalDouble.of(1000),
            List.of(SERVICE, FLOOR, FLOOR_SEVERAL, FLOOR_URING, PEER, BARE)),
        new IdleConnections(10_000),
        new NewConnections(5_000),
        new HighestRate(),
        new Storm(),
        new HttpCalls(
            "http-join", "CPU per HTTP join of a user who is not there yet", HttpCalls.Call.JOIN),
        new HttpCalls(
            "http-get", "CPU per HTTP GET of a channel with 10 users", HttpCalls.Call.GET),
        new RedisCommands(),
        new TwoNodes(),
        new StartTime(),
        new FanOutGrowth(
            "growth-connections",
            "CPU per delivered event by connections, 20 in a channel, 1,000 updates/s",
            "connections",
            List.of(1000, 2000, 5000, 10_000, 20_000),
            connections -> Layout.spoken(connections / 20, 20),
            Layout::sockets,
            1000),
        new FanOutGrowth(
            "growth-size",
            "CPU per delivered event by the size of the channel, one event at a time",
            "sockets in the channel",
            List.of(10, 100, 1000, 10_000),
            size -> Layout.spoken(1, size),
            Layout::socketsPerChannel,
            0),
        new FanOutGrowth(
            "growth-channels",
            "CPU per update and its one delivery by channels, one socket in each, 2,000 updates/s",
            "channels",
            List.of(10, 100, 1000, 10_000),
            channels -> Layout.spoken(channels, 1),
            Layout::channels,
            2000),
        new NodesGrowth(),
        new MicroBenchmarks());
  }
}
