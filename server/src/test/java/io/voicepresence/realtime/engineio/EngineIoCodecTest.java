package io.voicepresence.realtime.engineio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineIoCodecTest {

  @Test
  void eachPacketOfAClientIsUnderstood() {
    assertThat(EngineIoCodec.decode("1")).isEqualTo(new EngineIoPacket.Close());
    assertThat(EngineIoCodec.decode("2probe")).isEqualTo(new EngineIoPacket.Ping("probe"));
    assertThat(EngineIoCodec.decode("3")).isEqualTo(new EngineIoPacket.Pong(""));
    assertThat(EngineIoCodec.decode("3x")).isEqualTo(new EngineIoPacket.Pong("x"));
    assertThat(EngineIoCodec.decode("4")).isEqualTo(new EngineIoPacket.Message(""));
    assertThat(EngineIoCodec.decode("4€")).isEqualTo(new EngineIoPacket.Message("€"));
    assertThat(EngineIoCodec.decode("5")).isEqualTo(new EngineIoPacket.Upgrade());
    assertThat(EngineIoCodec.decode("6")).isEqualTo(new EngineIoPacket.Noop());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "0", "0{}", "1x", "5x", "6x", "7", "9", "a", "bAQID", "\0", "-1", "💥"})
  void whatIsNoPacketOfAClientIsMalformed(String packet) {
    assertThat(EngineIoCodec.decode(packet)).isInstanceOf(EngineIoPacket.Malformed.class);
  }

  @Test
  void aPayloadIsItsPacketsInOrder() {
    assertThat(EngineIoCodec.decodePayload("4a\u001e3\u001e4b"))
        .containsExactly(
            new EngineIoPacket.Message("a"),
            new EngineIoPacket.Pong(""),
            new EngineIoPacket.Message("b"));
  }

  @Test
  void binaryInAPayloadIsBase64() {
    assertThat(EngineIoCodec.decodePayload("bAQID"))
        .singleElement()
        .isInstanceOfSatisfying(
            EngineIoPacket.Binary.class, b -> assertThat(b.bytes()).containsExactly(1, 2, 3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "4a\u001e", "\u001e4a", "4a\u001e\u001e4b", "b!", "bA", "4a\u001e8"})
  void aPayloadEndsAtItsFirstMalformedPacket(String payload) {
    assertThat(EngineIoCodec.decodePayload(payload).getLast())
        .isInstanceOf(EngineIoPacket.Malformed.class);
  }

  @Test
  void theHandshakeNamesTheLimits() {
    assertThat(EngineIoCodec.open(new SecretId(0, 0, 0), true, EngineIoSettings.DEFAULT))
        .isEqualTo(
            "0{\"sid\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"upgrades\":[\"websocket\"],"
                + "\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":65536}");
    assertThat(EngineIoCodec.open(new SecretId(0, 0, 0), false, EngineIoSettings.DEFAULT))
        .contains("\"upgrades\":[]");
  }

  @Test
  void settingsThatContradictEachOtherAreRefused() {
    EngineIoSettings settings = EngineIoSettings.DEFAULT;
    assertThatThrownBy(() -> settings.withMaxOutbound(65_536, 1_000_000))
        .hasMessageContaining("maxOutboundPerSession");
    assertThatThrownBy(() -> settings.withMaxOutbound(2_000_000, 1_000_000))
        .hasMessageContaining("maxOutboundTotal");
    assertThatThrownBy(() -> settings.withHeartbeat(Duration.ZERO, Duration.ofSeconds(1)))
        .hasMessageContaining("pingInterval");
    assertThatThrownBy(() -> settings.withMaxPayload(0)).hasMessageContaining("maxPayload");
  }

  @Test
  void idsAreLongAndNeverTheSame() {
    assertThat(SecretId.random().toString()).hasSize(27).isNotEqualTo(SecretId.random().toString());
  }

  @Test
  void anIdIsReadAsItWasWrittenAndInNoOtherForm() {
    SecretId id = new SecretId(1, -2, 3);
    assertThat(id.toString()).isEqualTo("AAAAAAAAAAH__________gAAAAM");
    assertThat(SecretId.parse(id.toString())).contains(id);
    // The last two bits are no part of the id; a padding is none; the rest is too short, or no id.
    for (String other :
        List.of("AAAAAAAAAAH__________gAAAAN", id + "=", "AAAA", "", "not an id", "\u0000")) {
      assertThat(SecretId.parse(other)).as(other).isEmpty();
    }
  }
}
