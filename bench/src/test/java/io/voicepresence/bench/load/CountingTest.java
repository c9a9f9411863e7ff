package io.voicepresence.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.voicepresence.bench.load.FakeServer.Fault;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a server does wrong with one event on one socket is noticed, and makes the run void. */
@EnabledOnOs(OS.LINUX)
class CountingTest {
  private static final int SOCKETS = 3;
  private static final int EVENTS = 60;
  private static final Duration PATIENCE = Duration.ofMillis(300);

  private LoadLoop load;

  @BeforeEach
  void start() {
    load = new LoadLoop();
  }

  @AfterEach
  void stop() {
    load.close();
  }

  @Test
  void aServerThatDoesAllRightPasses() throws IOException {
    LoadResult result = steady(Fault.NONE);

    assertThat(result.faults()).isEmpty();
    assertThat(result.events()).isEqualTo(EVENTS);
    assertThat(result.deliveries()).isEqualTo(EVENTS * SOCKETS);
    assertThat(result.latencies().getTotalCount()).isEqualTo(EVENTS * SOCKETS);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          LOSE_ONE,        1 lost
          LOSE_THE_LAST,   1 lost
          DOUBLE_ONE,      1 doubled
          DOUBLE_THE_LAST, 1 doubled
          SWAP_TWO,        1 out of order
          WRONG_CHANNEL,   '1 lost, 1 stray'
          REFUSE_ONE,      1 commands refused
          """)
  void aFaultMakesASteadyRunVoid(Fault fault, String said) throws IOException {
    LoadResult result = steady(fault);

    assertThat(result.faults()).isEqualTo(said);
    assertThatThrownBy(result::orThrow).hasMessage("Void: " + said);
  }

  @Test
  void whatIsLateIsNotTakenForLost() throws IOException {
    assertThat(steady(Fault.FALL_BEHIND, Duration.ofSeconds(1)).faults())
        .matches("\\d+ lost or late: deliveries still came when the wait for them was over");
  }

  @Test
  void aCutConnectionMakesARunVoid() throws IOException {
    assertThat(steady(Fault.CUT_OFF).faults()).endsWith("1 connections cut off");
  }

  @Test
  void aLostEventMakesAClosedLoopVoid() throws IOException {
    try (FakeServer server = new FakeServer(Fault.LOSE_ONE, EVENTS);
        Crowd crowd = open(server, Layout.spoken(1, SOCKETS))) {
      LoadResult result = OneAtATime.run(crowd, Duration.ofSeconds(1), PATIENCE);

      assertThat(result.faults()).isEqualTo("1 lost");
      assertThat(result.events())
          .as("it waits for the lost one")
          .isEqualTo(FakeServer.FAULTY_EVENT);
    }
  }

  @Test
  void aClosedLoopSendsTheNextWhenAllHaveTheLast() throws IOException {
    try (FakeServer server = new FakeServer(Fault.NONE, EVENTS);
        Crowd crowd = open(server, Layout.spoken(1, SOCKETS))) {
      LoadResult result = OneAtATime.run(crowd, Duration.ofMillis(200), PATIENCE).orThrow();

      assertThat(result.events()).isPositive();
      assertThat(result.deliveries()).isEqualTo(result.events() * SOCKETS);
    }
  }

  @Test
  void aStormWithAllDeliveriesPasses() throws IOException {
    assertThat(storm(Fault.NONE)).isEqualTo(EVENTS * SOCKETS);
  }

  @ParameterizedTest
  @CsvSource({
    "LOSE_ONE, Void: 1 lost",
    "DOUBLE_ONE, Void: 1 doubled",
    "SWAP_TWO, Void: not all sockets saw the same order"
  })
  void aFaultMakesAStormVoid(Fault fault, String said) {
    assertThatThrownBy(() -> storm(fault)).isInstanceOf(LoadException.class).hasMessage(said);
  }

  private LoadResult steady(Fault fault) throws IOException {
    return steady(fault, PATIENCE);
  }

  private LoadResult steady(Fault fault, Duration patience) throws IOException {
    try (FakeServer server = new FakeServer(fault, EVENTS);
        Crowd crowd = open(server, Layout.spoken(1, SOCKETS))) {
      return SteadyRate.run(crowd, EVENTS * 4, Duration.ofMillis(250), patience);
    }
  }

  private long storm(Fault fault) throws IOException {
    try (FakeServer server = new FakeServer(fault, EVENTS);
        Crowd crowd = open(server, Layout.silent(1, SOCKETS));
        HttpLoad http = HttpLoad.open(load, server.address(), 1)) {
      return new JoinStorm(crowd, http, EVENTS, PATIENCE).join(EVENTS * 4);
    }
  }

  private Crowd open(FakeServer server, Layout layout) {
    InetSocketAddress address = server.address();
    return Crowd.open(load, _ -> address, layout);
  }
}
