package io.voicepresence;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Primary;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.netty.channel.EventLoopGroupRegistry;
import io.netty.util.internal.PlatformDependent;
import io.voicepresence.auth.JwtVerifier;
import io.voicepresence.auth.KeySource;
import io.voicepresence.auth.TokenIssuer;
import io.voicepresence.auth.TokenVerifier;
import io.voicepresence.channel.ChannelAccess;
import io.voicepresence.channel.ChannelGate;
import io.voicepresence.channel.fixed.StaticChannelAccess;
import io.voicepresence.channel.open.OpenChannelAccess;
import io.voicepresence.channel.token.TokenChannelAccess;
import io.voicepresence.config.AccessMode;
import io.voicepresence.config.Settings;
import io.voicepresence.limit.CommandLimiter;
import io.voicepresence.ops.CensusMetrics;
import io.voicepresence.ops.Housekeeping;
import io.voicepresence.ops.MeteredPresenceStore;
import io.voicepresence.ops.Readiness;
import io.voicepresence.ops.RealtimeCounters;
import io.voicepresence.ops.StoreHealth;
import io.voicepresence.origin.OriginPolicy;
import io.voicepresence.presence.ChangeFeed;
import io.voicepresence.presence.LiveSockets;
import io.voicepresence.presence.PresenceService;
import io.voicepresence.presence.PresenceSettings;
import io.voicepresence.presence.PresenceStore;
import io.voicepresence.realtime.engineio.EngineIoSettings;
import io.voicepresence.realtime.room.EventEncoder;
import io.voicepresence.realtime.room.RepairSettings;
import io.voicepresence.realtime.room.Rooms;
import io.voicepresence.realtime.room.Sleeper;
import io.voicepresence.realtime.socketio.SocketIoServer;
import io.voicepresence.realtime.socketio.SocketIoSettings;
import io.voicepresence.realtime.voice.VoiceCommands;
import io.voicepresence.realtime.voice.VoiceNamespace;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which part gets which other: the whole house on one page, in the order of a command's way through
 * it.
 */
@Factory
final class Wiring {
  private static final Logger log = LoggerFactory.getLogger(Wiring.class);

  // Who

  @Singleton
  @Primary
  InstantSource clock() {
    return Clock.systemUTC();
  }

  @Singleton
  TokenVerifier tokenVerifier(Settings settings, InstantSource clock) {
    Settings.Tokens tokens = settings.tokens();
    return new JwtVerifier(tokens.keys(), tokens.issuer(), tokens.audience(), clock);
  }

  @Singleton
  @Requires(property = Application.DEMO, value = "true")
  TokenIssuer tokenIssuer(Settings settings, InstantSource clock) {
    return switch (settings.tokens().keys()) {
      case KeySource.SharedSecret secret -> new TokenIssuer(secret.key(), clock);
      case KeySource.OnePublicKey _, KeySource.KeySetUrl _ ->
          throw new IllegalStateException("demo mode has a secret of its own");
    };
  }

  @Singleton
  CommandLimiter commandLimiter(Settings settings) {
    Settings.Limits limits = settings.limits();
    return new CommandLimiter(limits.commandRate(), limits.commandBurst(), System::nanoTime);
  }

  // May they

  @Singleton
  ChannelAccess channelAccess(Settings settings) {
    return switch (settings.access()) {
      case AccessMode.Open _ -> new OpenChannelAccess();
      case AccessMode.Static fixed -> new StaticChannelAccess(fixed.channels());
      case AccessMode.Token _ -> new TokenChannelAccess();
    };
  }

  @Singleton
  ChannelGate channelGate(ChannelAccess access) {
    return new ChannelGate(access);
  }

  // Presence and its store

  @Singleton
  PresenceSettings presenceSettings(Settings settings) {
    return new PresenceSettings(
        settings.presence().ttl(),
        settings.presence().disconnectGrace(),
        settings.limits().maxChannelsPerUser());
  }

  @Singleton
  @Bean(preDestroy = "close")
  Storage storage(
      Settings settings,
      PresenceSettings presence,
      EventLoopGroupRegistry loops,
      PrometheusMeterRegistry registry) {
    Storage storage =
        switch (settings.store()) {
          case Settings.Store.Memory _ -> Storage.inMemory(presence);
          case Settings.Store.Redis redis ->
              // The sockets' own: see decision 0010.
              Storage.inRedis(redis, presence, loops.getDefaultEventLoopGroup());
        };
    storage.meters().bindTo(registry);
    return storage;
  }

  @Singleton
  ChangeFeed changeFeed(Storage storage) {
    return storage.feed();
  }

  @Singleton
  StoreHealth storeHealth(Storage storage) {
    return storage.health();
  }

  @Singleton
  PresenceStore presenceStore(Storage storage, PrometheusMeterRegistry registry) {
    PresenceStore store = new MeteredPresenceStore(storage.store(), registry);
    new CensusMetrics(store, System::nanoTime).bindTo(registry);
    return store;
  }

  @Singleton
  PresenceService presenceService(PresenceStore store, ChannelGate gate) {
    return new PresenceService(store, gate);
  }

  @Singleton
  LiveSockets liveSockets(PresenceStore store, Rooms rooms) {
    return new LiveSockets(store, rooms::lastSeen, System::nanoTime);
  }

  // Out to the sockets

  @Singleton
  Rooms rooms(PresenceStore store, ChangeFeed feed, Settings settings) {
    EventEncoder encoder =
        switch (settings.presence().eventNames()) {
          case CONSTANT -> EventEncoder.constantNames();
          case SEMAPHORE -> EventEncoder.semaphoreNames();
        };
    return new Rooms(store, feed, encoder, repairs(settings.store()), Sleeper.REAL);
  }

  private static RepairSettings repairs(Settings.Store store) {
    return switch (store) {
      case Settings.Store.Redis redis when redis.otherBackend() -> RepairSettings.OTHER_BACKEND;
      case Settings.Store.Redis _, Settings.Store.Memory _ -> RepairSettings.DEFAULTS;
    };
  }

  @Singleton
  SocketIoServer socketIoServer(
      Settings settings,
      TokenVerifier tokens,
      CommandLimiter limiter,
      Rooms rooms,
      PresenceService presence,
      ChannelGate gate,
      LiveSockets liveSockets,
      OriginPolicy origins,
      InstantSource clock,
      PrometheusMeterRegistry registry) {
    Settings.Limits limits = settings.limits();
    VoiceCommands commands =
        new VoiceCommands(presence, gate, liveSockets, tokens, limiter, limits.maxSubscriptions());
    SocketIoServer server =
        new SocketIoServer(
            EngineIoSettings.DEFAULT
                .withHeartbeat(limits.pingInterval(), limits.pingTimeout())
                .withMaxPayload(limits.maxPayloadBytes())
                .withMaxOutbound(limits.outboundLimitBytes(), outboundTotal(limits))
                .withMaxSessions(limits.maxConnections())
                .withRings(settings.listener().ioUring()),
            SocketIoSettings.DEFAULT.withConnectTimeout(limits.connectTimeout()),
            origins,
            new RealtimeCounters(registry),
            clock,
            Map.of("/", new VoiceNamespace(tokens, limiter, rooms, commands)));
    RealtimeCounters.gauge(
        registry,
        "bytes.waiting",
        "Bytes that clients have yet to read",
        server.engine()::backlogBytes);
    RealtimeCounters.gauge(
        registry, "channels.watched", "Channels that a client of this node watches", rooms::count);
    RealtimeCounters.counter(
        registry, "replica.repairs", "Looks of a replica at the store", rooms::repairs);
    RealtimeCounters.counter(
        registry, "replica.corrections", "Differences that such a look found", rooms::corrections);
    RealtimeCounters.counter(
        registry, "replica.settles", "Waits for users that the store lost", rooms::settles);
    RealtimeCounters.counter(
        registry,
        "replica.audit.findings",
        "Replicas that only the audit saw to be behind",
        rooms::auditFindings);
    return server;
  }

  /**
   * What waits for clients lies outside the heap, where the JVM has a limit of its own (a quarter
   * of the machine, where nothing else is said). Half of it is left for what is under way.
   */
  private static long outboundTotal(Settings.Limits limits) {
    long most = Math.max(PlatformDependent.maxDirectMemory() / 2, limits.outboundLimitBytes());
    if (most < limits.outboundTotalBytes()) {
      log.warn(
          "OUTBOUND_TOTAL is {} bytes, but the JVM has room for {}: taking that. More: JAVA_OPTS with"
              + " -XX:MaxDirectMemorySize",
          limits.outboundTotalBytes(),
          most);
    }
    return Math.min(most, limits.outboundTotalBytes());
  }

  @Singleton
  OriginPolicy originPolicy(Settings settings) {
    return new OriginPolicy(
        settings.listener().corsOrigins().any()
            ? Set.of("*")
            : settings.listener().corsOrigins().origins());
  }

  // Operations

  @Singleton
  PrometheusMeterRegistry meterRegistry() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    for (MeterBinder machine :
        List.of(
            new JvmMemoryMetrics(),
            new JvmThreadMetrics(),
            new ProcessorMetrics(),
            new FileDescriptorMetrics(),
            new UptimeMetrics())) {
      machine.bindTo(registry);
    }
    return registry;
  }

  @Singleton
  Readiness readiness() {
    return new Readiness();
  }

  @Singleton
  Housekeeping housekeeping(
      LiveSockets liveSockets,
      PresenceService presence,
      CommandLimiter limiter,
      PresenceSettings settings) {
    return new Housekeeping(
        liveSockets, presence, limiter, settings.prolongInterval(), System::nanoTime);
  }
}
