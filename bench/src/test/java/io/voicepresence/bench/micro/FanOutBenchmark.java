package io.voicepresence.bench.micro;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.json.PresenceJson;
import io.voicepresence.presence.PresenceEvent;
import io.voicepresence.presence.VoicePresenceUser;
import io.voicepresence.presence.VoiceState;
import io.voicepresence.realtime.engineio.OutboundFrame;
import io.voicepresence.realtime.socketio.SocketIoFrames;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What an event costs once, before any socket gets it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FanOutBenchmark {
  private static final byte[] START =
      "[\"VOICE_CHANNEL_USER_UPDATED\",".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = {']'};
  private static final int JOINED_FRAMES = 8;

  private final PresenceEvent event =
      new PresenceEvent.UserUpdated(
          new ChannelId("c0000042"),
          new VoicePresenceUser(
              People.profile(7), Instant.parse("2026-11-22T06:00:00Z"), VoiceState.INITIAL),
          People.MUTED,
          1_795_349_627_505L);
  private final byte[] user = PresenceJson.user(event.user());

  /** The user as JSON, which all events and snapshots with the same state share. */
  @Benchmark
  public byte[] user() {
    return PresenceJson.user(event.user());
  }

  /** The frame that all sockets share. */
  @Benchmark
  public int frame() {
    OutboundFrame frame = encode();
    int size = frame.size();
    frame.release();
    return size;
  }

  /** Eight events of a room and a turn, joined into one send. */
  @Benchmark
  public int joinedFrames() {
    List<OutboundFrame> frames = new ArrayList<>(JOINED_FRAMES);
    for (int i = 0; i < JOINED_FRAMES; i++) {
      frames.add(encode());
    }
    OutboundFrame all = OutboundFrame.join(frames);
    int size = all.size();
    all.release();
    frames.forEach(OutboundFrame::release);
    return size;
  }

  private OutboundFrame encode() {
    return SocketIoFrames.event("/", START, PresenceJson.event(event, user), END);
  }
}
