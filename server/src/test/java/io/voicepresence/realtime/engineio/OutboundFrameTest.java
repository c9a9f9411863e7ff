package io.voicepresence.realtime.engineio;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.voicepresence.realtime.NoLeaks;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(NoLeaks.class)
class OutboundFrameTest {

  @ParameterizedTest
  @CsvSource({"0,2", "125,2", "126,4", "65535,4", "65536,10"})
  void theHeaderHasTheLengthThatRfc6455Asks(int payload, int header) {
    OutboundFrame frame = OutboundFrame.text("x".repeat(payload));

    assertThat(frame.size()).isEqualTo(header + payload);
    ByteBuf bytes = frame.forWebSocket();
    assertThat(bytes.getUnsignedByte(0)).isEqualTo((short) 0x81);
    bytes.release();
    frame.release();
  }

  @Test
  void aPollingBodyHasThePacketsWithSeparatorsAndBinaryInBase64() {
    OutboundFrame text =
        OutboundFrame.text(
            "4a".getBytes(StandardCharsets.UTF_8), "é".getBytes(StandardCharsets.UTF_8));
    OutboundFrame binary = OutboundFrame.binary(new byte[] {1, 2, 3});
    OutboundFrame joined = OutboundFrame.join(List.of(text, binary, text));

    assertThat(polled(joined)).isEqualTo("4aé\u001ebAQID\u001e4aé");
    assertThat(polled(OutboundFrame.empty())).isEmpty();
    List.of(text, binary, joined).forEach(OutboundFrame::release);
  }

  @Test
  void aJoinedFrameIsTheBytesOfItsPartsForAWebSocket() {
    OutboundFrame first = OutboundFrame.text("42[\"a\"]");
    OutboundFrame second = OutboundFrame.binary(new byte[] {9});
    OutboundFrame joined = OutboundFrame.join(List.of(first, second));

    assertThat(sent(joined)).isEqualTo(sent(first) + sent(second));
    List.of(first, second, joined).forEach(OutboundFrame::release);
  }

  @Test
  void aJoinedFrameOutlivesItsParts() {
    OutboundFrame first = OutboundFrame.text("4a");
    OutboundFrame second = OutboundFrame.text("4" + "b".repeat(70_000));
    OutboundFrame third = OutboundFrame.text("4" + "c".repeat(200));
    OutboundFrame joined = OutboundFrame.join(List.of(first, second, third));
    List.of(first, second, third).forEach(OutboundFrame::release);

    assertThat(polled(joined))
        .isEqualTo("4a\u001e4" + "b".repeat(70_000) + "\u001e4" + "c".repeat(200));
    joined.release();
    assertThat(joined.refCnt()).isZero();
  }

  @Test
  void aBufferThatWasWrittenIsStillThereForTheNextSocket() {
    OutboundFrame frame = OutboundFrame.text("4hello");
    String before = sent(frame);
    ByteBuf written = frame.forWebSocket();
    written.skipBytes(written.readableBytes()).release();

    assertThat(sent(frame)).isEqualTo(before);
    frame.release();
  }

  @Test
  void aCloseFrameCarriesCodeAndName() {
    ByteBuf close = OutboundFrame.close(CloseReason.SLOW_READER);

    assertThat(close.readUnsignedByte()).isEqualTo((short) 0x88);
    assertThat((int) close.readUnsignedByte()).isEqualTo(close.readableBytes());
    assertThat(close.readUnsignedShort()).isEqualTo(4003);
    assertThat(close.toString(StandardCharsets.US_ASCII)).isEqualTo("SLOW_READER");
    close.release();
  }

  private static String sent(OutboundFrame frame) {
    ByteBuf bytes = frame.forWebSocket();
    try {
      return ByteBufUtil.hexDump(bytes);
    } finally {
      bytes.release();
    }
  }

  private static String polled(OutboundFrame frame) {
    ByteBuf body = Unpooled.buffer();
    frame.appendTo(body);
    return body.toString(StandardCharsets.UTF_8);
  }
}
