package io.voicepresence.realtime.engineio;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpRequest;
import io.voicepresence.realtime.NoLeaks;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
class WebSocketRequestTest {
  private static final String LINE = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n";

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
  }

  private static Optional<HttpRequest> read(String text) {
    return WebSocketRequest.read(bytes(text));
  }

  @Test
  void aHeadIsReadWithItsHeaders() {
    HttpRequest request =
        read(LINE
                + "Host: example.org\r\nUpgrade:websocket\r\nX-Empty:\r\nX:  a \t\r\nX: b\r\n\r\n")
            .orElseThrow();

    assertThat(request.uri()).isEqualTo("/socket.io/?EIO=4&transport=websocket");
    assertThat(request.headers().get("host")).isEqualTo("example.org");
    assertThat(request.headers().get("upgrade")).isEqualTo("websocket");
    assertThat(request.headers().get("x-empty")).isEmpty();
    assertThat(request.headers().getAll("x")).containsExactly("a", "b");
  }

  @Test
  void aHeadMayComeInPieces() {
    String head = LINE + "Host: a\r\n\r\n";
    for (int length = 0; length < head.length(); length++) {
      ByteBuf begun = bytes(head.substring(0, length));
      assertThat(WebSocketRequest.mayBegin(begun)).isTrue();
      assertThat(WebSocketRequest.isWhole(begun)).as("%s characters", length).isFalse();
      assertThat(WebSocketRequest.read(begun)).isEmpty();
    }
    assertThat(read(head)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /socket.io/?a HTTP/1.0\r\n\r\n",
        "GET /socket.io/?a b HTTP/1.1\r\n\r\n",
        "GET /socket.io/?\u00e9 HTTP/1.1\r\n\r\n",
        "GET /socket.io/?a\tHTTP/1.1\r\n\r\n",
        "GET /socket.io HTTP/1.1\r\n\r\n",
        "POST /socket.io/?a HTTP/1.1\r\n\r\n",
        "GET /socket.io/?a HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET /socket.io/?a HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
        "GET /socket.io/?a HTTP/1.1\r\n: a\r\n\r\n",
        "GET /socket.io/?a HTTP/1.1\r\nHost\r\n\r\n",
        "GET /socket.io/?a HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",
        "GET /socket.io/?a HTTP/1.1\r\nHost: \u0000\r\n\r\n",
        "GET /socket.io/?a HTTP/1.1\r\nContent-Length: 1\r\n\r\n",
        "GET /socket.io/?a HTTP/1.1\r\nTransfer-encoding: chunked\r\n\r\n",
        "GET /socket.io/?a HTTP/1.1\r\n\r\nGET /next HTTP/1.1\r\n\r\n",
        "GET /socket.io/?a HTTP/1.1\r\n\r\nbytes"
      })
  void whatHasAnotherFormIsLeftToTheHttpCodec(String text) {
    assertThat(read(text)).isEmpty();
  }

  @Test
  void aHeadThatIsTooLongIsNotWaitedFor() {
    String head = LINE + "X: " + "x".repeat(WebSocketRequest.MAX_BYTES);
    assertThat(WebSocketRequest.mayBegin(bytes(head))).isFalse();
    assertThat(read(head + "\r\n\r\n")).isEmpty();
  }
}
