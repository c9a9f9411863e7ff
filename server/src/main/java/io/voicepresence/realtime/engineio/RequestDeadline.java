package io.voicepresence.realtime.engineio;

import io.netty.channel.Channel;

/** Closes a connection whose request did not arrive in time. */
final class RequestDeadline extends TimingWheel.Entry {
  private final SessionLoop loop;
  private final Channel channel;

  RequestDeadline(SessionLoop loop, Channel channel) {
    this.loop = loop;
    this.channel = channel;
  }

  /** A request begins to arrive: its time is counted from now on. */
  void begin(long limitNanos) {
    loop.schedule(this, loop.now() + limitNanos);
  }

  /** It has arrived, or is nobody's matter any more. */
  void end() {
    loop.cancel(this);
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // a failed close ends in channelInactive
  void onDeadline(long nowNanos) {
    channel.close();
  }
}
