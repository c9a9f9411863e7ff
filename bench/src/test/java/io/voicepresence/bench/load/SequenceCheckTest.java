package io.voicepresence.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The check of one channel's order on one socket, which sees numbers modulo 16 only. */
class SequenceCheckTest {
  private final Tally tally = new Tally();
  private final SequenceCheck check = new SequenceCheck();

  @Test
  void allInOrderIsNoFault() {
    take(0, 1000);
    check.finish(1000, tally);

    assertThat(tally.isVoid()).isFalse();
    assertThat(tally.delivered()).isEqualTo(1000);
  }

  @Test
  void aGapIsLost() {
    take(0, 100);
    take(103, 200);
    check.finish(200, tally);

    assertThat(tally.faults()).isEqualTo("3 lost");
  }

  @Test
  void asManyLostAsTheNumbersCanCountAreSeenAtTheEnd() {
    take(0, 100);
    take(116, 200);
    check.finish(200, tally);

    assertThat(tally.faults()).isEqualTo("16 lost");
  }

  @Test
  void anOldEventIsDoubled() {
    take(0, 100);
    take(97, 98);
    take(100, 200);
    check.finish(200, tally);

    assertThat(tally.faults()).isEqualTo("1 doubled");
  }

  @Test
  void aLateEventIsOutOfOrderAndNotLost() {
    take(0, 100);
    take(102, 104);
    take(100, 102);
    take(104, 200);
    check.finish(200, tally);

    assertThat(tally.faults()).isEqualTo("2 out of order");
  }

  @Test
  void aLateEventThatComesTwiceIsDoubled() {
    take(0, 10);
    take(11, 12);
    take(10, 11);
    take(10, 11);
    take(12, 20);
    check.finish(20, tally);

    assertThat(tally.faults()).isEqualTo("1 doubled, 1 out of order");
  }

  @Test
  void moreThanWereSentAreStray() {
    take(0, 21);
    check.finish(20, tally);

    assertThat(tally.faults()).isEqualTo("1 stray");
  }

  private void take(long from, long to) {
    LongStream.range(from, to).forEach(number -> check.accept((int) (number & 15), tally));
  }
}
