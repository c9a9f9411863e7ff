package io.voicepresence.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.presence.Claim;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DropWrongTypesScriptTest extends ScriptTest {
  @Test
  void dropsNothingThatIsAsItShouldBe() {
    join("ann", Claim.REQUEST);
    var before = dump();

    assertThat(new DropWrongTypesScript(scripts, KEYS).run(LOUNGE, Optional.of(ANN))).isEmpty();

    assertThat(dump()).isEqualTo(before);
  }

  @Test
  void dropsWhatNoScriptCanWorkWith() {
    call("SET", MEMBERS, "x");
    call("SADD", DEADLINES, "x");
    call("ZADD", VERSION, "1", "x");
    call("LPUSH", "voice_presence:user_channels:ann", "x");
    call("HSET", "voice_presence:due:0", "x", "1");

    assertThat(new DropWrongTypesScript(scripts, KEYS).run(LOUNGE, Optional.of(ANN)))
        .containsExactly("string", "set", "zset", "hash", "list");

    assertThat(keys()).isEmpty();
  }
}
