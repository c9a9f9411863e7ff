package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.channel.ChannelId;
import org.junit.jupiter.api.Test;

class ClaimChannelScriptTest extends ScriptTest {
  @Test
  void refusesANewChannelToOneWhoIsInTooMany() {
    ClaimChannelScript script = new ClaimChannelScript(scripts, KEYS);
    for (int i = 0; i < SETTINGS.maxChannelsPerUser(); i++) {
      assertThat(await(script.send(new ChannelId("c" + i), ANN))).isTrue();
    }

    assertThat(await(script.send(new ChannelId("c0"), ANN))).isTrue();
    assertThat(await(script.send(LOUNGE, ANN))).isFalse();
    assertThat(number("SCARD", "voice_presence:user_channels:ann")).isEqualTo(60);
  }
}
