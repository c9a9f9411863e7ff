package io.voicepresence.bench.micro;

import io.voicepresence.realtime.engineio.EngineIoCodec;
import io.voicepresence.realtime.engineio.EngineIoPacket;
import io.voicepresence.realtime.socketio.SocketIoCodec;
import io.voicepresence.realtime.socketio.SocketIoPacket;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What it costs to read a client's packets. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {
  private final SocketIoCodec codec = new SocketIoCodec(0);
  private String ping = "2";
  private String update =
      "4217[\"VOICE_STATE_UPDATE\",{\"channelId\":\"c0000042\",\"isVideoEnabled\":false,\"isMuted\":true}]";
  private String subscription =
      "4218[\"VOICE_CHANNEL_SUBSCRIBE\",{\"channelIds\":[\"c0000042\",\"c0000043\",\"c0000044\"]}]";

  @Benchmark
  public EngineIoPacket ping() {
    return EngineIoCodec.decode(ping);
  }

  @Benchmark
  public SocketIoPacket update() {
    return read(update);
  }

  @Benchmark
  public SocketIoPacket subscription() {
    return read(subscription);
  }

  private SocketIoPacket read(String packet) {
    return EngineIoCodec.decode(packet) instanceof EngineIoPacket.Message(String text)
        ? codec.decode(text)
        : null;
  }
}
