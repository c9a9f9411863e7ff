package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.await;
import static io.voicepresence.presence.redis.RedisScripts.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.json.PresenceJson;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IsoTest extends ScriptTest {
  private static final long LAST = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

  @Test
  void printsAnyMomentAsJavaScriptDoes() {
    List<Instant> moments = new ArrayList<>();
    for (int year = 1970; year < 2500; year++) {
      for (String day : List.of("01-01", "02-28", "03-01", "12-31")) {
        moments.add(Instant.parse(year + "-" + day + "T00:00:00Z"));
        moments.add(Instant.parse(year + "-" + day + "T23:59:59.999Z"));
      }
    }
    for (String leap : List.of("1972", "2000", "2024", "2028", "2400", "9996")) {
      moments.add(Instant.parse(leap + "-02-29T12:34:56.007Z"));
    }
    moments.add(Instant.EPOCH);
    moments.add(Instant.ofEpochMilli(LAST));
    Random random = new Random(7);
    for (int i = 0; i < 5_000; i++) {
      moments.add(Instant.ofEpochMilli(random.nextLong(LAST)));
      moments.add(Instant.ofEpochMilli(random.nextLong(1_700_000_000_000L, 1_900_000_000_000L)));
    }

    assertThat(printed(moments))
        .containsExactlyElementsOf(moments.stream().map(PresenceJson::timestamp).toList());
  }

  private List<String> printed(List<Instant> moments) {
    RedisScript script =
        RedisScript.of(
            "iso",
            RedisScript.load("iso", SETTINGS).text()
                + "\nlocal all = {} for i, ms in ipairs(ARGV) do all[i] = iso(tonumber(ms)) end"
                + " return all");
    List<byte[]> milliseconds =
        moments.stream().map(moment -> utf8(Long.toString(moment.toEpochMilli()))).toList();
    return await(scripts.read(script, List.of("none"), milliseconds)).stream()
        .map(RedisScripts::text)
        .toList();
  }
}
