package io.voicepresence.bench.load;

import io.netty.buffer.ByteBuf;

/** Who looks at each event that reaches a socket. */
interface DeliverySink {
  /**
   * Takes one event.
   *
   * @param kind the first letter after {@code VOICE_CHANNEL_USER_}: J, L or U
   * @param at where the packet begins in the buffer, at its {@code 42}
   * @param now when it was read, in the time of {@link System#nanoTime()}
   */
  void event(SocketClient socket, byte kind, ByteBuf buffer, int at, int length, long now);
}
