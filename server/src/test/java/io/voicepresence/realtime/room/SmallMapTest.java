package io.voicepresence.realtime.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SmallMapTest {
  @Test
  void itHoldsWhatAHashMapHolds() {
    Random random = new Random(1);
    for (int history = 0; history < 1_000; history++) {
      Map<Integer, Integer> small = Map.of();
      Map<Integer, Integer> model = new HashMap<>();
      for (int step = 0; step < 12; step++) {
        int key = random.nextInt(4);
        if (random.nextInt(3) > 0) {
          small = SmallMap.with(small, key, step);
          model.put(key, step);
        } else {
          small = SmallMap.without(small, key);
          model.remove(key);
        }
        assertThat(small).isEqualTo(model);
      }
    }
  }

  @Test
  void atMostOneEntryTakesNoHashMap() {
    Map<String, Integer> one = SmallMap.with(Map.of(), "a", 1);
    assertThat(one).isNotInstanceOf(HashMap.class);
    assertThat(SmallMap.with(one, "a", 2)).isEqualTo(Map.of("a", 2)).isNotInstanceOf(HashMap.class);

    Map<String, Integer> oneLeft = SmallMap.without(SmallMap.with(one, "b", 2), "a");
    assertThat(oneLeft).isEqualTo(Map.of("b", 2)).isNotInstanceOf(HashMap.class);
    assertThat(SmallMap.without(oneLeft, "b")).isSameAs(Map.of());
  }
}
