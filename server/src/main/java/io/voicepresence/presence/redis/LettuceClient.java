package io.voicepresence.presence.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.KeepAliveOptions;
import io.lettuce.core.SocketOptions.TcpUserTimeoutOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.event.DefaultEventPublisherOptions;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import io.netty.util.TimerTask;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.voicepresence.presence.redis.RedisAddress.Credentials;
import io.voicepresence.presence.redis.RedisAddress.Endpoint;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManagerFactory;

/**
 * Lettuce with the threads that all connections share, and set up so that it does nothing behind
 * our back: a connection that breaks stays broken, what was under way on it fails and is not sent
 * again (at most once), and nothing is queued for later.
 */
final class LettuceClient implements AutoCloseable {
  private static final RedisCodec<String, byte[]> CODEC =
      RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
  private static final String NAME = "voice-presence";

  /** Lettuce wants two; hardly anything runs there. */
  private static final int COMPUTATION_THREADS = 2;

  private static final Duration TICK = Duration.ofMillis(10);

  /** A peer that is gone without a word is noticed within keep-alive idle + count x interval. */
  private static final Duration KEEP_ALIVE_IDLE = Duration.ofSeconds(2);

  private static final Duration KEEP_ALIVE_INTERVAL = Duration.ofSeconds(1);
  private static final int KEEP_ALIVE_COUNT = 3;
  private static final Duration TCP_USER_TIMEOUT = Duration.ofSeconds(4);
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(1);

  private final HashedWheelTimer timer;
  private final ClientResources resources;
  private final RedisClient client;
  private final boolean tls;
  private final Duration timeout;

  /**
   * @param loops those that all connections live in
   */
  LettuceClient(boolean tls, RedisSettings settings, EventLoopGroup loops) {
    this.tls = tls;
    this.timeout = settings.commandTimeout();
    timer =
        new HashedWheelTimer(
            new DefaultThreadFactory("redis-timer", true), TICK.toMillis(), TimeUnit.MILLISECONDS);
    resources =
        ClientResources.builder()
            .eventLoopGroupProvider(new SharedLoops(loops))
            .computationThreadPoolSize(COMPUTATION_THREADS)
            .timer(timer)
            // Else it measures each command as soon as Micrometer is on the class path.
            .commandLatencyRecorder(CommandLatencyRecorder.disabled())
            .commandLatencyPublisherOptions(DefaultEventPublisherOptions.disabled())
            .nettyCustomizer(new JoinedFlushes())
            .build();
    client = RedisClient.create(resources);
    client.setOptions(options(settings));
  }

  private static ClientOptions options(RedisSettings settings) {
    return ClientOptions.builder()
        .autoReconnect(false)
        .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
        .maintNotificationsConfig(MaintNotificationsConfig.disabled())
        .socketOptions(
            SocketOptions.builder()
                .connectTimeout(settings.commandTimeout())
                .keepAlive(
                    KeepAliveOptions.builder()
                        .enable()
                        .idle(KEEP_ALIVE_IDLE)
                        .interval(KEEP_ALIVE_INTERVAL)
                        .count(KEEP_ALIVE_COUNT)
                        .build())
                .tcpUserTimeout(
                    TcpUserTimeoutOptions.builder()
                        .enable()
                        .tcpUserTimeout(TCP_USER_TIMEOUT)
                        .build())
                .build())
        .sslOptions(sslOptions(settings))
        .build();
  }

  private static SslOptions sslOptions(RedisSettings settings) {
    SslOptions.Builder options =
        SslOptions.builder().jdkSslProvider().handshakeTimeout(settings.commandTimeout());
    if (!settings.trusted().isEmpty()) {
      options.trustManager(trustOnly(settings.trusted()));
    }
    return options.build();
  }

  private static TrustManagerFactory trustOnly(List<X509Certificate> authorities) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < authorities.size(); i++) {
        store.setCertificateEntry(Integer.toString(i), authorities.get(i));
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("Certificates that were read cannot be trusted", e);
    }
  }

  /** What Lettuce needs to know of a server. */
  RedisURI uri(Endpoint server, Credentials credentials, int database) {
    RedisURI.Builder uri =
        RedisURI.Builder.redis(server.host(), server.port())
            .withSsl(tls)
            .withDatabase(database)
            .withTimeout(timeout)
            .withClientName(NAME);
    credentials
        .password()
        .ifPresent(
            password -> uri.withAuthentication(credentials.user().orElse("default"), password));
    return uri.build();
  }

  /** A connection for commands; fails within about two time-outs. */
  CompletableFuture<StatefulRedisConnection<String, byte[]>> connect(RedisURI server) {
    return client.connectAsync(CODEC, server).toCompletableFuture();
  }

  /**
   * A connection for subscriptions. Blocks for about two time-outs at most.
   *
   * @throws io.lettuce.core.RedisException when the server is out of reach
   */
  StatefulRedisPubSubConnection<String, byte[]> connectPubSub(RedisURI server) {
    return client.connectPubSub(CODEC, server);
  }

  /**
   * Runs a task that never blocks, within 10 ms of its time.
   *
   * @throws io.voicepresence.error.RequestException {@code unavailable} after {@link #close}
   */
  Timeout after(Duration delay, Runnable task) {
    try {
      return timer.newTimeout(new OwnTask(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (IllegalStateException stopped) {
      throw Unavailable.outOfReach();
    }
  }

  /** Ends all connections and its own threads; what waits for its time runs now. */
  @Override
  public void close() {
    // First, or Lettuce's time-outs of handshakes that went well would find no loops any more.
    Set<Timeout> waiting = timer.stop();
    long millis = LONGEST_CLOSE.toMillis();
    var _ =
        client
            .shutdownAsync(0, millis, TimeUnit.MILLISECONDS)
            .completeOnTimeout(null, millis, TimeUnit.MILLISECONDS)
            .join();
    waiting.forEach(LettuceClient::runNow);
    resources.shutdown(0, millis, TimeUnit.MILLISECONDS).awaitUninterruptibly(millis);
  }

  private static void runNow(Timeout waiting) {
    if (!waiting.isCancelled() && waiting.task() instanceof OwnTask own) {
      own.run(waiting);
    }
  }

  /**
   * Commands of many callers that an event loop comes to in one turn go to the server in one system
   * call, and Redis takes them up in one: Lettuce by itself makes one for each.
   */
  private static final class JoinedFlushes implements NettyCustomizer {
    @Override
    public void afterChannelInitialized(Channel channel) {
      channel
          .pipeline()
          .addFirst(
              new FlushConsolidationHandler(
                  FlushConsolidationHandler.DEFAULT_EXPLICIT_FLUSH_AFTER_FLUSHES, true));
    }
  }

  /** Told apart from those that Lettuce gives to the timer. */
  private record OwnTask(Runnable task) implements TimerTask {
    @Override
    public void run(Timeout timeout) {
      task.run();
    }
  }
}
