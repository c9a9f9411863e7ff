import { Injectable, Logger } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { ChannelsService } from './channels.service';
import { RedisService } from './redis.service';
import {
  ROOM_MESSAGE,
  ServerEvents,
  type RoomMessage,
  type UserEntity,
  type VoicePresenceUser,
  type VoiceState,
} from './voice-presence.types';

/** The seven verbs of the original design, as it describes them. */
@Injectable()
export class VoicePresenceService {
  private readonly logger = new Logger(VoicePresenceService.name);
  private readonly VOICE_PRESENCE_TTL = 300;

  constructor(
    private readonly redis: RedisService,
    private readonly channels: ChannelsService,
    private readonly events: EventEmitter2,
  ) {}

  async joinVoiceChannel(channelId: string, user: UserEntity): Promise<VoicePresenceUser> {
    await this.channels.findAccessible(channelId, user.id);
    const voiceUser: VoicePresenceUser = {
      id: user.id,
      username: user.username,
      displayName: user.displayName,
      avatarUrl: user.avatarUrl,
      joinedAt: new Date(),
      isVideoEnabled: false,
      isScreenSharing: false,
      isMuted: false,
      isDeafened: false,
    };
    const pipeline = this.redis.getClient().pipeline();
    pipeline.set(this.userKey(channelId, user.id), JSON.stringify(voiceUser), 'EX', this.VOICE_PRESENCE_TTL);
    pipeline.sadd(this.membersKey(channelId), user.id);
    pipeline.sadd(this.userChannelsKey(user.id), channelId);
    await pipeline.exec();
    this.sendToRoom(channelId, ServerEvents.VOICE_CHANNEL_USER_JOINED, { channelId, user: voiceUser });
    return voiceUser;
  }

  async leaveVoiceChannel(channelId: string, userId: string): Promise<void> {
    const client = this.redis.getClient();
    const userDataKey = this.userKey(channelId, userId);
    const value = await client.get(userDataKey);
    if (!value) {
      this.logger.warn(`User ${userId} not found in voice channel ${channelId}`);
      return;
    }
    const pipeline = client.pipeline();
    pipeline.del(userDataKey);
    pipeline.srem(this.membersKey(channelId), userId);
    pipeline.srem(this.userChannelsKey(userId), channelId);
    await pipeline.exec();
    this.sendToRoom(channelId, ServerEvents.VOICE_CHANNEL_USER_LEFT, { channelId, userId, user: JSON.parse(value) });
  }

  async getChannelPresence(channelId: string): Promise<VoicePresenceUser[]> {
    const client = this.redis.getClient();
    const userIds = await client.smembers(this.membersKey(channelId));
    if (userIds.length === 0) {
      return [];
    }
    const values = await client.mget(userIds.map((id) => this.userKey(channelId, id)));
    const users: VoicePresenceUser[] = [];
    for (const [index, value] of values.entries()) {
      if (!value) {
        await client.srem(this.membersKey(channelId), userIds[index]);
        continue;
      }
      try {
        users.push(JSON.parse(value));
      } catch (error) {
        this.logger.warn('Failed to parse voice presence data', error);
      }
    }
    return users.sort((a, b) => new Date(a.joinedAt).getTime() - new Date(b.joinedAt).getTime());
  }

  async updateVoiceState(
    channelId: string,
    userId: string,
    updates: Partial<VoiceState>,
  ): Promise<VoicePresenceUser | undefined> {
    const client = this.redis.getClient();
    const userDataKey = this.userKey(channelId, userId);
    const value = await client.get(userDataKey);
    if (!value) {
      this.logger.warn(`User ${userId} not found in voice channel ${channelId}`);
      return undefined;
    }
    const updatedData: VoicePresenceUser = { ...JSON.parse(value), ...updates };
    await client.set(userDataKey, JSON.stringify(updatedData), 'EX', this.VOICE_PRESENCE_TTL);
    this.sendToRoom(channelId, ServerEvents.VOICE_CHANNEL_USER_UPDATED, {
      channelId,
      userId,
      user: updatedData,
      updates,
    });
    return updatedData;
  }

  async refreshPresence(channelId: string, userId: string): Promise<void> {
    await this.redis.getClient().expire(this.userKey(channelId, userId), this.VOICE_PRESENCE_TTL);
  }

  async getUserVoiceChannels(userId: string): Promise<string[]> {
    return this.redis.getClient().smembers(this.userChannelsKey(userId));
  }

  private sendToRoom(channelId: string, event: string, payload: unknown): void {
    this.events.emit(ROOM_MESSAGE, { channelId, event, payload } satisfies RoomMessage);
  }

  private userKey(channelId: string, userId: string): string {
    return `voice_presence:user:${channelId}:${userId}`;
  }

  private membersKey(channelId: string): string {
    return `voice_presence:channel:${channelId}:members`;
  }

  private userChannelsKey(userId: string): string {
    return `voice_presence:user_channels:${userId}`;
  }
}
