package io.voicepresence.realtime.engineio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimingWheelTest {
  private static final long TICK = 50;
  private final TimingWheel wheel = new TimingWheel(TICK, 16, 1_000);
  private final List<String> fired = new ArrayList<>();

  private final class Named extends TimingWheel.Entry {
    private final String name;

    Named(String name) {
      this.name = name;
    }

    @Override
    void onDeadline(long nowNanos) {
      fired.add(name);
    }
  }

  @Test
  void anEntryFiresOnceNeverEarlyAndAtMostOneTickLate() {
    wheel.schedule(new Named("a"), 1_120);

    wheel.advance(1_119);
    assertThat(fired).isEmpty();
    wheel.advance(1_120 + TICK);
    wheel.advance(1_120 + 100 * TICK);

    assertThat(fired).containsExactly("a");
  }

  @Test
  void anEntryThatThrowsIsToldAndStopsNoOther() {
    wheel.schedule(
        new TimingWheel.Entry() {
          @Override
          void onDeadline(long nowNanos) {
            throw new OutOfMemoryError("on purpose");
          }

          @Override
          void onFailure() {
            fired.add("told");
          }
        },
        1_050);
    wheel.schedule(new Named("next"), 1_050);
    wheel.schedule(new Named("later"), 1_200);

    wheel.advance(1_050);
    wheel.advance(1_200);

    assertThat(fired).containsExactly("told", "next", "later");
  }

  @Test
  void aDeadlineInThePastFiresWithTheNextTick() {
    wheel.schedule(new Named("late"), 0);

    wheel.advance(1_000 + TICK);

    assertThat(fired).containsExactly("late");
  }

  @Test
  void aDeadlineBeyondOneTurnWaitsForItsTurn() {
    wheel.schedule(new Named("far"), 1_000 + 40 * TICK);

    for (long now = 1_000; now < 1_000 + 40 * TICK; now += TICK) {
      wheel.advance(now);
    }
    assertThat(fired).isEmpty();
    wheel.advance(1_000 + 40 * TICK);

    assertThat(fired).containsExactly("far");
  }

  @Test
  void movingAnEntryLeavesNothingBehind() {
    Named entry = new Named("moved");
    wheel.schedule(entry, 1_000 + 2 * TICK);
    wheel.schedule(entry, 1_000 + 5 * TICK);

    wheel.advance(1_000 + 4 * TICK);
    assertThat(fired).isEmpty();
    assertThat(wheel.size()).isEqualTo(1);
    wheel.advance(1_000 + 5 * TICK);

    assertThat(fired).containsExactly("moved");
    assertThat(wheel.size()).isZero();
  }

  @Test
  void aCancelledEntryDoesNotFire() {
    Named entry = new Named("cancelled");
    wheel.schedule(entry, 1_000 + TICK);

    wheel.cancel(entry);
    wheel.cancel(entry);
    wheel.advance(1_000 + 3 * TICK);

    assertThat(fired).isEmpty();
    assertThat(wheel.size()).isZero();
  }

  @Test
  void aCallbackMayCancelAnotherDueEntryAndArmItselfAgain() {
    Named victim = new Named("victim");
    wheel.schedule(
        new TimingWheel.Entry() {
          private int times;

          @Override
          void onDeadline(long nowNanos) {
            fired.add("self");
            wheel.cancel(victim);
            if (++times < 2) {
              wheel.schedule(this, nowNanos + TICK);
            }
          }
        },
        1_000 + TICK);
    wheel.schedule(victim, 1_000 + TICK);

    wheel.advance(1_000 + TICK);
    wheel.advance(1_000 + 2 * TICK);

    assertThat(fired).containsExactly("self", "self");
    assertThat(wheel.size()).isZero();
  }

  @Test
  void afterALongPauseAllThatIsDueFiresAndNothingElse() {
    wheel.schedule(new Named("due"), 1_000 + 700 * TICK);
    wheel.schedule(new Named("not yet"), 1_000 + 2_000 * TICK);

    wheel.advance(1_000 + 1_000 * TICK);

    assertThat(fired).containsExactly("due");
  }

  @Test
  void aRandomScheduleFiresEveryDeadlineWithinATick() {
    long seed = 20261122;
    Random random = new Random(seed);
    int[] wrong = {0};
    int[] seen = {0};
    long now = 1_000;
    for (int i = 0; i < 10_000; i++) {
      long deadline = now + random.nextLong(60 * TICK);
      wheel.schedule(
          new TimingWheel.Entry() {
            @Override
            void onDeadline(long nowNanos) {
              seen[0]++;
              if (nowNanos < deadline || nowNanos > deadline + 2 * TICK) {
                wrong[0]++;
              }
            }
          },
          deadline);
      now += random.nextLong(TICK);
      wheel.advance(now);
    }
    for (int i = 0; i < 200; i++) {
      now += TICK;
      wheel.advance(now);
    }

    assertThat(wrong[0]).as("seed %d", seed).isZero();
    assertThat(seen[0]).isEqualTo(10_000);
  }
}
