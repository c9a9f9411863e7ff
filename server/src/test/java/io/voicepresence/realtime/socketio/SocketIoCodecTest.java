package io.voicepresence.realtime.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.voicepresence.realtime.NoLeaks;
import io.voicepresence.realtime.engineio.EngineIoCodec;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
class SocketIoCodecTest {
  private static final String PLACEHOLDER = "{\"_placeholder\":true,\"num\":0}";
  private final SocketIoCodec codec = new SocketIoCodec(10);

  @Test
  void aConnectMayHaveNamespaceAndPayload() {
    assertThat(codec.decode("0")).isInstanceOf(SocketIoPacket.Connect.class);
    assertThat(codec.decode("0{\"token\":\"t\"}"))
        .isInstanceOfSatisfying(
            SocketIoPacket.Connect.class,
            p -> assertThat(p.payload().path("token").asText()).isEqualTo("t"));
    assertThat(codec.decode("0/admin").namespace()).isEqualTo("/admin");
    assertThat(codec.decode("0/admin,{}").namespace()).isEqualTo("/admin");
  }

  @Test
  void anEventMayHaveNamespaceAckIdAndArguments() {
    assertThat(codec.decode("2/a,12[\"say\",1,{\"b\":[true]}]"))
        .isInstanceOfSatisfying(
            SocketIoPacket.Event.class,
            p -> {
              assertThat(p.namespace()).isEqualTo("/a");
              assertThat(p.ackId()).isEqualTo(OptionalLong.of(12));
              assertThat(p.data()).hasToString("[\"say\",1,{\"b\":[true]}]");
            });
    assertThat(codec.decode("2[\"say\"]"))
        .isInstanceOfSatisfying(SocketIoPacket.Event.class, p -> assertThat(p.ackId()).isEmpty());
  }

  @Test
  void theOtherPacketsOfAClientAreUnderstood() {
    assertThat(codec.decode("1")).isEqualTo(new SocketIoPacket.Disconnect("/"));
    assertThat(codec.decode("1/a,")).isEqualTo(new SocketIoPacket.Disconnect("/a"));
    assertThat(codec.decode("37[]")).isInstanceOf(SocketIoPacket.Ack.class);
    assertThat(codec.decode("51-[\"e\"," + PLACEHOLDER + "]"))
        .isInstanceOfSatisfying(
            SocketIoPacket.Event.class, p -> assertThat(p.attachments()).isEqualTo(1));
    assertThat(codec.decode("61-7[" + PLACEHOLDER + "]")).isInstanceOf(SocketIoPacket.Ack.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "7",
        "999",
        "abc",
        "4{}",
        "4/a,{\"message\":\"x\"}",
        // CONNECT and DISCONNECT
        "0[]",
        "0\"x\"",
        "0null",
        "0{",
        "0{}{}",
        "1{}",
        "1x",
        // events: CVE-2023-32695 and relatives
        "2",
        "2{}",
        "2[]",
        "2[null]",
        "2[1]",
        "2[{\"toString\":\"foo\"}]",
        "2[[\"a\"]]",
        "2\"a\"",
        "2[\"connect\"]",
        "2[\"connect_error\"]",
        "2[\"disconnect\"]",
        "2[\"disconnecting\"]",
        "2[\"newListener\"]",
        "2[\"removeListener\"]",
        "2abc[\"a\"]",
        "2-1[\"a\"]",
        "21e30[\"a\"]",
        "21234567890123456[\"a\"]",
        "2[\"a\"]]",
        "2[\"a\",NaN]",
        "2[\"a\",1e999999999]",
        "2[\"a\",{\"b\":1,\"b\":2}]",
        "2[\"a\",'b']",
        // acks
        "3[]",
        "3x[]",
        "31{}",
        "31",
        // attachments: CVE-2020-36049, CVE-2026-33151, CVE-2022-2421
        "5",
        "5-[\"a\"]",
        "51[\"a\"]",
        "511-[\"a\"]",
        "5999999999-[\"a\"]",
        "5-1-[\"a\"]",
        "51-[\"a\"]",
        "51-[\"a\",{\"_placeholder\":true}]",
        "51-[\"a\",{\"_placeholder\":true,\"num\":-1}]",
        "51-[\"a\",{\"_placeholder\":true,\"num\":1}]",
        "51-[\"a\",{\"_placeholder\":true,\"num\":0.5}]",
        "51-[\"a\",{\"_placeholder\":true,\"num\":\"splice\"}]",
        "51-[\"a\",{\"_placeholder\":true,\"num\":4294967296}]",
        "52-[\"a\"," + PLACEHOLDER + "," + PLACEHOLDER + "]",
        "51-[\"a\"," + PLACEHOLDER + "," + PLACEHOLDER + "]",
        "61-[" + PLACEHOLDER + "]"
      })
  void whatIsNoPacketOfAClientIsMalformed(String text) {
    assertThat(codec.decode(text)).isInstanceOf(SocketIoPacket.Malformed.class);
  }

  @Test
  void jsonDeeperThanTheLimitIsMalformed() {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);
    assertThat(codec.decode("2[\"a\"," + deep + "]")).isInstanceOf(SocketIoPacket.Malformed.class);
    String within = "[".repeat(30) + "]".repeat(30);
    assertThat(codec.decode("2[\"a\"," + within + "]")).isInstanceOf(SocketIoPacket.Event.class);
  }

  @Test
  void aNamespaceOfAnyLengthIsNotTaken() {
    assertThat(codec.decode("0/" + "n".repeat(1_000))).isInstanceOf(SocketIoPacket.Malformed.class);
  }

  @Test
  void withoutAttachmentsAPlaceholderIsJustData() {
    assertThat(codec.decode("2[\"a\"," + PLACEHOLDER + "]"))
        .isInstanceOf(SocketIoPacket.Event.class);
  }

  @Test
  void binaryValuesGoOutAndComeBackInTheirPlaces() {
    ArrayNode data = JsonNodeFactory.instance.arrayNode().add("e");
    data.addObject().set("deep", BinaryNode.valueOf(new byte[] {1}));
    data.add(BinaryNode.valueOf(new byte[] {2}));
    ArrayNode placeholders = BinaryData.extract(data, new java.util.ArrayList<>());
    SocketIoPacket.Event event =
        (SocketIoPacket.Event) codec.decode("52-" + placeholders.toString());

    PacketAssembler assembler = PacketAssembler.of(event, 100);
    assertThat(assembler.add(new byte[] {1})).isTrue();
    assertThat(assembler.isComplete()).isFalse();
    assertThat(assembler.add(new byte[] {2})).isTrue();
    assertThat(assembler.isComplete()).isTrue();

    assertThat(((SocketIoPacket.Event) assembler.finish()).data()).isEqualTo(data);
  }

  @Test
  void attachmentsTogetherHaveALimit() {
    SocketIoPacket.Event event =
        (SocketIoPacket.Event) codec.decode("51-[\"a\"," + PLACEHOLDER + "]");

    assertThat(PacketAssembler.of(event, 3).add(new byte[4])).isFalse();
  }

  @Test
  void noMutationOfAPacketMakesTheCodecsThrow() {
    long seed = 0x5EED;
    Random random = new Random(seed);
    List<String> seeds =
        List.of(
            "40{\"token\":\"abc\"}",
            "42/admin,17[\"say\",1,\"two\",{\"three\":[true,null,1.5e3]}]",
            "452-9[\"b\",{\"_placeholder\":true,\"num\":0},[{\"num\":1,\"_placeholder\":true}]]",
            "43456[1,\"\\u00e9\\ud83d\\ude00\"]",
            "bAQIDBA==\u001e4hello\u001e3",
            "41/custom,");
    String alphabet = "0123456789[]{}\",:-/\\ue.b\u001e\0é\ud800💥 ";
    for (int i = 0; i < 200_000; i++) {
      StringBuilder text = new StringBuilder(seeds.get(random.nextInt(seeds.size())));
      for (int edits = 1 + random.nextInt(4); edits > 0 && !text.isEmpty(); edits--) {
        int at = random.nextInt(text.length());
        char other = alphabet.charAt(random.nextInt(alphabet.length()));
        switch (random.nextInt(4)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.insert(at, other);
          case 2 -> text.setCharAt(at, other);
          default -> text.append(text, 0, at);
        }
      }
      String mutant = text.toString();
      assertThatCode(() -> EngineIoCodec.decodePayload(mutant).forEach(this::decodeMessage))
          .as("seed %d, packet %s", seed, mutant)
          .doesNotThrowAnyException();
    }
  }

  private void decodeMessage(io.voicepresence.realtime.engineio.EngineIoPacket packet) {
    if (packet instanceof io.voicepresence.realtime.engineio.EngineIoPacket.Message message
        && codec.decode(message.text()) instanceof SocketIoPacket.Event event) {
      SocketIoCodec.encode(event).release();
    }
  }
}
