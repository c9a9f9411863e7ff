package io.voicepresence.bench.load;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Many users come to the one channel of a crowd, or leave it, by HTTP, within a second. Each socket
 * must get each event once, and all sockets in the same order.
 */
public final class JoinStorm implements DeliverySink {
  private static final int JOINED_USER_AT =
      "42[\"VOICE_CHANNEL_USER_JOINED\",{\"channelId\":\"c0000000\",\"user\":{\"id\":\"u".length();
  private static final int LEFT_USER_AT =
      "42[\"VOICE_CHANNEL_USER_LEFT\",{\"channelId\":\"c0000000\",\"userId\":\"u".length();
  private static final int USER_DIGITS = 7;
  private static final int FIRST_USER = 1_000_000;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long QUIET_MILLIS = 50;
  private static final String CHANNEL = "c0000000";

  private final Crowd crowd;
  private final Duration patience;
  private final HttpLoad http;
  private final PresenceRequests requests;
  private final BitSet[] present;
  private final long[] order;
  private CompletableFuture<Void> all = new CompletableFuture<>();
  private byte awaited;
  private long outstanding;

  /** For a crowd with one channel. */
  public JoinStorm(Crowd crowd, HttpLoad http, int users) {
    this(crowd, http, users, PATIENCE);
  }

  JoinStorm(Crowd crowd, HttpLoad http, int users, Duration patience) {
    this.crowd = crowd;
    this.patience = patience;
    this.http = http;
    requests = new PresenceRequests(FIRST_USER, users);
    present = new BitSet[crowd.layout().sockets()];
    for (int i = 0; i < present.length; i++) {
      present[i] = new BitSet(users);
    }
    order = new long[present.length];
  }

  /** All users join; returns the number of deliveries. */
  public long join(double perSecond) {
    return storm((byte) 'J', perSecond);
  }

  /** All users leave; returns the number of deliveries. */
  public long leave(double perSecond) {
    return storm((byte) 'L', perSecond);
  }

  @Override
  public void event(SocketClient socket, byte kind, ByteBuf buffer, int at, int length, long now) {
    int digits = at + (kind == 'J' ? JOINED_USER_AT : LEFT_USER_AT);
    int user = 0;
    for (int i = 0; i < USER_DIGITS; i++) {
      user = user * 10 + buffer.getByte(digits + i) - '0';
    }
    user -= FIRST_USER;
    if (kind != awaited || user < 0 || user >= requests.users()) {
      crowd.tally().stray();
      return;
    }
    BitSet seen = present[socket.index()];
    if (seen.get(user) == (kind == 'J')) {
      crowd.tally().doubled();
      return;
    }
    seen.flip(user);
    order[socket.index()] = order[socket.index()] * 31 + user;
    crowd.tally().delivery();
    if (--outstanding == 0) {
      all.complete(null);
    }
  }

  private long storm(byte kind, double perSecond) {
    CompletableFuture<Void> delivered = new CompletableFuture<>();
    crowd.loop().execute(() -> begin(kind, delivered));
    var _ =
        http.run(
            requests.users(),
            user -> kind == 'J' ? requests.join(user, CHANNEL) : requests.leave(user, CHANNEL),
            perSecond);
    try {
      delivered.get(patience.toNanos(), TimeUnit.NANOSECONDS);
      // No second copy of anything must come.
      crowd.hold(Duration.ofMillis(QUIET_MILLIS));
    } catch (TimeoutException late) {
      throw new LoadException("Void: " + outstanding + " lost", late);
    } catch (InterruptedException | ExecutionException failed) {
      throw new LoadException(String.valueOf(failed.getCause()), failed);
    }
    for (long one : order) {
      if (one != order[0]) {
        throw new LoadException("Void: not all sockets saw the same order");
      }
    }
    return (long) requests.users() * present.length;
  }

  private void begin(byte kind, CompletableFuture<Void> delivered) {
    crowd.tally().clear();
    awaited = kind;
    all = delivered;
    outstanding = (long) requests.users() * present.length;
    crowd.deliverTo(this);
  }
}
