import { OnEvent } from '@nestjs/event-emitter';
import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
  type OnGatewayInit,
} from '@nestjs/websockets';
import type { Server, Socket } from 'socket.io';
import { userOf } from './tokens';
import { VoicePresenceService } from './voice-presence.service';
import { ROOM_MESSAGE, type RoomMessage, type UserEntity, type VoiceState } from './voice-presence.types';

@WebSocketGateway()
export class VoicePresenceGateway implements OnGatewayInit {
  @WebSocketServer()
  private readonly server!: Server;

  constructor(private readonly presence: VoicePresenceService) {}

  afterInit(server: Server): void {
    server.use((socket, next) => {
      try {
        socket.data.user = userOf(socket.handshake.auth.token);
        next();
      } catch {
        next(new Error('unauthenticated'));
      }
    });
  }

  @OnEvent(ROOM_MESSAGE)
  sendToRoom({ channelId, event, payload }: RoomMessage): void {
    this.server.to(channelId).emit(event, payload);
  }

  @SubscribeMessage('VOICE_CHANNEL_SUBSCRIBE')
  async subscribe(@ConnectedSocket() socket: Socket, @MessageBody() { channelIds }: { channelIds: string[] }) {
    const channels = [];
    for (const channelId of channelIds) {
      await socket.join(channelId);
      const users = await this.presence.getChannelPresence(channelId);
      channels.push({ channelId, count: users.length, users });
    }
    return { success: true, channels, denied: [] };
  }

  @SubscribeMessage('VOICE_CHANNEL_JOIN')
  async join(@ConnectedSocket() socket: Socket, @MessageBody() { channelId }: { channelId: string }) {
    await socket.join(channelId);
    await this.presence.joinVoiceChannel(channelId, socket.data.user as UserEntity);
    const users = await this.presence.getChannelPresence(channelId);
    return { success: true, channelId, count: users.length, users };
  }

  @SubscribeMessage('VOICE_STATE_UPDATE')
  async update(
    @ConnectedSocket() socket: Socket,
    @MessageBody() { channelId, ...updates }: { channelId: string } & Partial<VoiceState>,
  ) {
    const user = await this.presence.updateVoiceState(channelId, (socket.data.user as UserEntity).id, updates);
    return { success: user !== undefined, channelId, user, updates };
  }
}
