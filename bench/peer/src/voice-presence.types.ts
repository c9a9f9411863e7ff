export interface VoiceState {
  isVideoEnabled: boolean;
  isScreenSharing: boolean;
  isMuted: boolean;
  isDeafened: boolean;
}

export interface VoicePresenceUser extends VoiceState {
  id: string;
  username: string;
  displayName?: string;
  avatarUrl?: string;
  joinedAt: Date;
}

/** Who a token says that somebody is. */
export interface UserEntity {
  id: string;
  username: string;
  displayName?: string;
  avatarUrl?: string;
}

export const ServerEvents = {
  VOICE_CHANNEL_USER_JOINED: 'VOICE_CHANNEL_USER_JOINED',
  VOICE_CHANNEL_USER_LEFT: 'VOICE_CHANNEL_USER_LEFT',
  VOICE_CHANNEL_USER_UPDATED: 'VOICE_CHANNEL_USER_UPDATED',
} as const;

/** What the service tells the gateway, by the event emitter. */
export interface RoomMessage {
  channelId: string;
  event: string;
  payload: unknown;
}

export const ROOM_MESSAGE = 'room.message';
