package io.voicepresence.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.presence.redis.RedisAddress.Endpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectionTest {
  @Test
  void namesTheSlotAndItsServer() {
    assertThat(Redirection.parse("MOVED 3999 10.0.0.1:6381", "asked"))
        .contains(new Redirection(true, 3999, new Endpoint("10.0.0.1", 6381)));
    assertThat(Redirection.parse("ASK 0 ::1:6381", "asked"))
        .contains(new Redirection(false, 0, new Endpoint("::1", 6381)));
  }

  @Test
  void withoutAHostItLeadsToTheHostThatWasAsked() {
    assertThat(Redirection.parse("MOVED 3999 :6381", "asked"))
        .contains(new Redirection(true, 3999, new Endpoint("asked", 6381)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "MOVED", "MOVED x 10.0.0.1:1", "TRYAGAIN 1 a:1", "MOVED 1 host"})
  void anythingElseIsNone(String error) {
    assertThat(Redirection.parse(error, "asked")).isEmpty();
  }
}
