import 'reflect-metadata';
import { Module, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { createAdapter } from '@socket.io/redis-adapter';
import Redis from 'ioredis';
import type { Server, ServerOptions } from 'socket.io';
import { ChannelsService } from './channels.service';
import { RedisService } from './redis.service';
import { settings } from './settings';
import { VoicePresenceController } from './voice-presence.controller';
import { VoicePresenceGateway } from './voice-presence.gateway';
import { VoicePresenceService } from './voice-presence.service';

@Module({
  imports: [EventEmitterModule.forRoot()],
  controllers: [VoicePresenceController],
  providers: [RedisService, ChannelsService, VoicePresenceService, VoicePresenceGateway],
})
class AppModule {}

class RedisIoAdapter extends IoAdapter {
  private readonly publisher = new Redis(process.env.REDIS_URL ?? '');
  private readonly subscriber = this.publisher.duplicate();

  constructor(app: INestApplication) {
    super(app);
  }

  createIOServer(port: number, options?: ServerOptions): Server {
    const server: Server = super.createIOServer(port, { ...options, ...settings });
    server.adapter(createAdapter(this.publisher, this.subscriber));
    return server;
  }
}

async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
  app.useWebSocketAdapter(new RedisIoAdapter(app));
  await app.listen(0, '127.0.0.1');
  console.log(`Ready on ${await app.getUrl()}`);
}

void main();
