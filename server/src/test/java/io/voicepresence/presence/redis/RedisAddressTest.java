package io.voicepresence.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.voicepresence.presence.redis.RedisAddress.Cluster;
import io.voicepresence.presence.redis.RedisAddress.Credentials;
import io.voicepresence.presence.redis.RedisAddress.Endpoint;
import io.voicepresence.presence.redis.RedisAddress.Sentinel;
import io.voicepresence.presence.redis.RedisAddress.Standalone;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisAddressTest {

  private static Credentials user(String user, String password) {
    return new Credentials(Optional.of(user), Optional.of(password));
  }

  private static Credentials password(String password) {
    return new Credentials(Optional.empty(), Optional.of(password));
  }

  static Stream<Arguments> rightOnes() {
    Endpoint h = new Endpoint("h", 6379);
    return Stream.of(
        arguments("redis://h", new Standalone(h, 0, false, Credentials.NONE)),
        arguments("redis://h/", new Standalone(h, 0, false, Credentials.NONE)),
        arguments("valkey://h", new Standalone(h, 0, false, Credentials.NONE)),
        arguments(
            "rediss://h:6380/3",
            new Standalone(new Endpoint("h", 6380), 3, true, Credentials.NONE)),
        arguments("valkeys://h", new Standalone(h, 0, true, Credentials.NONE)),
        arguments("redis://u:p@h", new Standalone(h, 0, false, user("u", "p"))),
        arguments("redis://u:@h", new Standalone(h, 0, false, user("u", ""))),
        arguments("redis://:p@h", new Standalone(h, 0, false, password("p"))),
        arguments("redis://:p%40%C3%A4%25+@h", new Standalone(h, 0, false, password("p@ä%+"))),
        arguments("redis://u:a@b:c/d#e?f@h", new Standalone(h, 0, false, user("u", "a@b:c/d#e?f"))),
        arguments(
            "redis://[::1]:7000",
            new Standalone(new Endpoint("::1", 7000), 0, false, Credentials.NONE)),
        arguments(
            "redis-sentinel://u:p@a:1,b/2#main.1",
            new Sentinel(
                List.of(new Endpoint("a", 1), new Endpoint("b", 26_379)),
                "main.1",
                2,
                false,
                user("u", "p"))),
        arguments(
            "rediss-sentinel://a#m",
            new Sentinel(List.of(new Endpoint("a", 26_379)), "m", 0, true, Credentials.NONE)),
        arguments(
            "redis-cluster://:p@a:1,[::2]:3",
            new Cluster(
                List.of(new Endpoint("a", 1), new Endpoint("::2", 3)), false, password("p"))),
        arguments("rediss-cluster://h", new Cluster(List.of(h), true, Credentials.NONE)));
  }

  @ParameterizedTest
  @MethodSource("rightOnes")
  void eachFormIsRead(String url, RedisAddress address) {
    assertThat(RedisAddress.parse(url)).isEqualTo(address);
  }

  static Stream<Arguments> wrongOnes() {
    return Stream.of(
        arguments("h:6379", "redis://[user:password@]host[:port][/db]"),
        arguments("http://h", "redis-cluster://"),
        arguments("redis://", "a host is"),
        arguments("redis:///1", "a host is"),
        arguments("redis://h:0", "a port is a number from 1 to 65535"),
        arguments("redis://h:65536", "a port is a number from 1 to 65535"),
        arguments("redis://h:x", "a host is"),
        arguments("redis://::1", "an IPv6 address in brackets"),
        arguments("redis://h/x", "the number of a database"),
        arguments("redis://h/12345", "the number of a database"),
        arguments("redis://h?timeout=1s", "redis://[user"),
        arguments("redis://a,b", "one host only"),
        arguments("redis://h#m", "for redis-sentinel:// only"),
        arguments("redis://u@h", "user:password, or :password"),
        arguments("redis://:@h", "user:password or :password"),
        arguments("redis://u:hunter2%@h", "written as %25"),
        arguments("redis://u:hunter2%zz@h", "written as %25"),
        arguments("redis://u:%ffhunter2@h", "not UTF-8"),
        arguments("redis-sentinel://h", "as #master-name"),
        arguments("redis-sentinel://h#", "as #master-name"),
        arguments("redis-sentinel://a,,b#m", "a host is"),
        arguments("redis-cluster://h/0", "a Cluster has no /db"),
        arguments("redis-cluster://h#m", "for redis-sentinel:// only"),
        arguments("redis-cluster://" + "h,".repeat(100) + "h", "100 hosts at most"));
  }

  @ParameterizedTest
  @MethodSource("wrongOnes")
  void aWrongOneIsRefusedWithWhatIsAllowed(String url, String allowed) {
    assertThatThrownBy(() -> RedisAddress.parse(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(allowed)
        .hasMessageNotContaining("hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://u:hunter2@h",
        "redis-sentinel://u:hunter2@h#m",
        "redis-cluster://:hunter2@h"
      })
  void itsTextHidesThePassword(String url) {
    assertThat(RedisAddress.parse(url).toString()).doesNotContain("hunter2").contains(":***");
  }

  @Test
  void anEndpointIsWrittenAsInAUrl() {
    assertThat(new Endpoint("h", 1)).hasToString("h:1");
    assertThat(new Endpoint("::1", 1)).hasToString("[::1]:1");
  }
}
