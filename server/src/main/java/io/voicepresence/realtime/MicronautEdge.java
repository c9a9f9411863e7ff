package io.voicepresence.realtime;

import io.micronaut.context.BeanProvider;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.voicepresence.realtime.socketio.SocketIoServer;
import jakarta.inject.Singleton;

/** Puts the Socket.IO server into the pipeline, and so on the port, of Micronaut's HTTP server. */
@Singleton
@Requires(beans = SocketIoServer.class)
final class MicronautEdge implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
  private final BeanProvider<SocketIoServer> server;

  MicronautEdge(BeanProvider<SocketIoServer> server) {
    this.server = server;
  }

  @Override
  public NettyServerCustomizer.Registry onCreated(
      BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
    event.getBean().register(new Listening());
    return event.getBean();
  }

  private final class Listening implements NettyServerCustomizer {
    @Override
    public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
      if (role == ChannelRole.LISTENER) {
        server.get().acceptFrom(channel.pipeline());
        return this;
      }
      return new Connection(channel);
    }
  }

  /** A connection whose first request was not for a WebSocket; a later one may be. */
  private final class Connection implements NettyServerCustomizer {
    private final Channel channel;

    Connection(Channel channel) {
      this.channel = channel;
    }

    @Override
    public NettyServerCustomizer specializeForChannel(Channel other, ChannelRole role) {
      return new Connection(other);
    }

    @Override
    public void onStreamPipelineBuilt() {
      String codec = ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC;
      if (channel.pipeline().context(codec) != null) {
        server.get().addTo(channel.pipeline(), codec);
      }
    }
  }
}
