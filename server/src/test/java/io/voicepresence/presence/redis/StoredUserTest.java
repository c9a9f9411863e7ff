package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.json.PresenceJson;
import io.voicepresence.presence.VoicePresenceUser;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredUserTest {
  private static final String ANN = ScriptTest.FOREIGN_ANN;

  @Test
  void readsWhatWeWrite() {
    VoicePresenceUser ann = StoredUser.parse(utf8(ANN)).orElseThrow();

    assertThat(StoredUser.parse(PresenceJson.user(ann))).contains(ann);
    assertThat(StoredUser.parse(PresenceJson.user(ann.with(ScriptTest.MUTED))))
        .contains(ann.with(ScriptTest.MUTED));
  }

  @Test
  void passesOverWhatIsNotOurs() {
    assertThat(StoredUser.parse(utf8(ANN)))
        .isEqualTo(StoredUser.parse(utf8(ANN.replace("\"theirs\":{\"isMuted\":1},", ""))));
  }

  @Test
  void aNullIsAsGoodAsNothing() {
    String json = ANN.replace("\"joinedAt\"", "\"displayName\":null,\"avatarUrl\":7,\"joinedAt\"");
    VoicePresenceUser ann = StoredUser.parse(utf8(json)).orElseThrow();

    assertThat(ann.profile().displayName()).isEqualTo(Optional.empty());
    assertThat(ann.profile().avatarUrl()).isEqualTo(Optional.empty());
  }

  @Test
  void momentsAreCutToMilliseconds() {
    assertThat(StoredUser.parse(utf8(ANN.replace(".678Z", ".6789999Z"))).orElseThrow().joinedAt())
        .isEqualTo(Instant.parse("2026-01-02T03:04:05.678Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"id\":\"a\"",
        "\"a\"",
        "7",
        "{\"id\":\"a\",\"username\":\"A\"}",
        "{\"id\":\"a\",\"username\":\"A\",\"joinedAt\":\"yesterday\"}",
        "{\"id\":\"a\",\"username\":\"A\",\"joinedAt\":1767323045678}",
        "{\"id\":\"\",\"username\":\"A\",\"joinedAt\":\"2026-01-02T03:04:05.678Z\"}",
        "{\"id\":\"a{b}\",\"username\":\"A\",\"joinedAt\":\"2026-01-02T03:04:05.678Z\"}",
        "{\"id\":\"a\",\"username\":\"A\",\"joinedAt\":\"2026-01-02T03:04:05.678Z\"} x"
      })
  void anythingElseIsNoUser(String json) {
    assertThat(StoredUser.parse(utf8(json))).isEmpty();
  }

  @Test
  void whatCostsTooMuchToReadIsNoUser() {
    String deep = "[".repeat(1_000) + "]".repeat(1_000);

    assertThat(StoredUser.parse(utf8(ANN.replace("{\"isMuted\":1}", deep)))).isEmpty();
  }
}
