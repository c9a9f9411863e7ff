package io.voicepresence.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Many Socket.IO connections to one server, each watching one channel. All state belongs to the
 * load's event loop; the public methods may be called from any other thread.
 */
public final class Crowd implements AutoCloseable {
  /** Few enough for every listen queue. */
  private static final int CONNECTING_AT_ONCE = 64;

  private static final long OPEN_SECONDS = 120;
  private static final long CLOSE_SECONDS = 30;

  private final LoadLoop load;
  private final IntFunction<InetSocketAddress> places;
  private final Layout layout;
  private final TokenSigner tokens;
  private final String upgradeRequest;
  private final Tally tally = new Tally();
  private final List<WatchedChannel> channels;
  private final boolean oneServer;
  private final List<SocketClient> sockets = new ArrayList<>();
  private final CompletableFuture<Void> allReady = new CompletableFuture<>();
  private final CompletableFuture<Void> allClosed = new CompletableFuture<>();
  private DeliverySink sink = Crowd::ignore;
  private int readySockets;
  private int openSockets;

  private Crowd(LoadLoop load, IntFunction<InetSocketAddress> places, Layout layout) {
    this.load = load;
    this.places = places;
    this.layout = layout;
    tokens = new TokenSigner(System.currentTimeMillis() / 1000);
    channels = IntStream.range(0, layout.channels()).mapToObj(WatchedChannel::new).toList();
    InetSocketAddress first = places.apply(0);
    oneServer = IntStream.range(1, layout.sockets()).mapToObj(places).allMatch(first::equals);
    upgradeRequest =
        """
        GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r
        Host: %s:%d\r
        Connection: Upgrade\r
        Upgrade: websocket\r
        Sec-WebSocket-Version: 13\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        \r
        """
            .formatted(first.getHostString(), first.getPort());
  }

  /**
   * Opens connections and waits until each has its channel.
   *
   * @param places which server a socket connects to, by the socket's number
   * @throws LoadException if one of them cannot
   */
  public static Crowd open(LoadLoop load, IntFunction<InetSocketAddress> places, Layout layout) {
    Crowd crowd = new Crowd(load, places, layout);
    crowd.loop().execute(crowd::connectMore);
    await(
        crowd.allReady,
        OPEN_SECONDS,
        () -> "open: " + crowd.readySockets + " of " + layout.sockets());
    return crowd;
  }

  /** Counts what happened since the run began. */
  public Tally tally() {
    return tally;
  }

  public Layout layout() {
    return layout;
  }

  /**
   * Does nothing for a time but answer pings.
   *
   * @throws LoadException if a connection ends in it
   */
  public void hold(Duration duration) {
    CompletableFuture<Void> over = new CompletableFuture<>();
    var _ = loop().schedule(() -> over.complete(null), duration.toMillis(), TimeUnit.MILLISECONDS);
    await(over, duration.toSeconds() + CLOSE_SECONDS, () -> "hold");
    if (tally.isVoid()) {
      throw new LoadException("Void: " + tally.faults());
    }
  }

  @Override
  public void close() {
    loop()
        .execute(
            () -> {
              if (openSockets == 0) {
                allClosed.complete(null);
              }
              sockets.forEach(SocketClient::close);
            });
    await(allClosed, CLOSE_SECONDS, () -> "close: " + openSockets + " left");
  }

  EventLoop loop() {
    return load.loop();
  }

  List<WatchedChannel> channels() {
    return channels;
  }

  List<SocketClient> sockets() {
    return sockets;
  }

  DeliverySink sink() {
    return sink;
  }

  void deliverTo(DeliverySink next) {
    sink = next;
  }

  String upgradeRequest() {
    return upgradeRequest;
  }

  /**
   * Whether an event counts for latency on a socket: with several servers only on another server
   * than the speaker's.
   */
  boolean isTimed(SocketClient socket) {
    return oneServer
        || !places.apply(socket.index()).equals(places.apply(socket.watched().number()));
  }

  String connectPacket(String userId) {
    return "40{\"token\":\"" + tokens.sign(userId) + "\"}";
  }

  String entryPacket(SocketClient socket) {
    WatchedChannel watched = socket.watched();
    return layout.speakers() && watched.isSpeaker(socket)
        ? "420[\"VOICE_CHANNEL_JOIN\",{\"channelId\":\"" + watched.id() + "\"}]"
        : "420[\"VOICE_CHANNEL_SUBSCRIBE\",{\"channelIds\":[\"" + watched.id() + "\"]}]";
  }

  void ready(SocketClient socket) {
    readySockets++;
    connectMore();
    if (readySockets == layout.sockets()) {
      allReady.complete(null);
    }
  }

  void refused(SocketClient socket, String answer) {
    tally.refused();
    failed(socket, "refused: " + answer);
  }

  void failed(SocketClient socket, String reason) {
    var _ = allReady.completeExceptionally(new LoadException(socket.userId() + ": " + reason));
  }

  void closed(SocketClient socket, boolean wasReady, boolean asked) {
    openSockets--;
    if (!asked) {
      tally.cutOff();
      failed(socket, wasReady ? "cut off" : "closed before it was ready");
    }
    if (openSockets == 0) {
      allClosed.complete(null);
    }
  }

  private void connectMore() {
    while (sockets.size() < layout.sockets()
        && sockets.size() - readySockets < CONNECTING_AT_ONCE) {
      int index = sockets.size();
      WatchedChannel watched = channels.get(index % layout.channels());
      SocketClient socket = new SocketClient(this, index, "u%07d".formatted(index), watched);
      watched.add(socket);
      sockets.add(socket);
      openSockets++;
      load.connect(places.apply(index), socket)
          .addListener(
              connected -> {
                if (!connected.isSuccess()) {
                  openSockets--;
                  failed(socket, connected.cause().toString());
                }
              });
    }
  }

  private static void ignore(
      SocketClient socket, byte kind, ByteBuf buffer, int at, int length, long now) {
    // Between runs nothing is counted.
  }

  private static void await(
      CompletableFuture<Void> future, long seconds, Supplier<String> progress) {
    try {
      future.get(seconds, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new LoadException("Too slow: " + progress.get(), late);
    } catch (InterruptedException | ExecutionException failed) {
      throw new LoadException(String.valueOf(failed.getCause()), failed);
    }
  }
}
