package io.voicepresence.realtime.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.voicepresence.realtime.engineio.OutboundFrame;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The answer to one event. It goes out at most once: the first call counts, and where the client
 * asked for no answer none does anything. Thread-safe.
 */
public final class Ack {
  private static final byte[] END = {']'};

  private final SocketIoSocket socket;
  private final long id;
  private final AtomicBoolean open;

  Ack(SocketIoSocket socket, OptionalLong id) {
    this.socket = socket;
    this.id = id.orElse(0);
    this.open = new AtomicBoolean(id.isPresent());
  }

  /** Answers with these arguments; {@code BinaryNode}s travel as binary. */
  public void send(JsonNode... args) {
    if (open.getAndSet(false)) {
      ArrayNode data = JsonNodeFactory.instance.arrayNode().addAll(List.of(args));
      sendAndRelease(SocketIoCodec.encode(new SocketIoPacket.Ack(socket.namespace(), id, data, 0)));
    }
  }

  /**
   * Answers with arguments that are encoded already.
   *
   * @param elements the arguments in UTF-8, with commas between them and no brackets around
   */
  public void send(byte[] elements) {
    sendAndRelease(frame(elements));
  }

  /**
   * The answer as a frame to send in an exact order among others; counts as sent. Empty where no
   * answer is wanted. The caller releases it.
   *
   * @param elements as for {@link #send(byte[])}
   */
  public OutboundFrame frame(byte[] elements) {
    if (!open.getAndSet(false)) {
      return OutboundFrame.empty();
    }
    String head = SocketIoCodec.head('3', socket.namespace(), Long.toString(id)) + "[";
    return OutboundFrame.text(head.getBytes(StandardCharsets.UTF_8), elements, END);
  }

  /**
   * In its turn: the answer to a command that was done on a thread of its own may wait in the event
   * loop's queue, and this one's command have been done in the loop since.
   */
  private void sendAndRelease(OutboundFrame frame) {
    socket.answer(frame);
    frame.release();
  }
}
