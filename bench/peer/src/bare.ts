import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { settings } from './settings';
import { userOf } from './tokens';
import { ServerEvents, type UserEntity, type VoicePresenceUser } from './voice-presence.types';

/** Socket.IO alone: no framework, no Redis, presence in a map. What the library costs at least. */
// Other paths are answered too: the bench asks for readiness.
const http = createServer((_, response) => response.writeHead(404).end());
const server = new Server(http, settings);
const channels = new Map<string, Map<string, VoicePresenceUser>>();

function usersOf(channelId: string): VoicePresenceUser[] {
  return [...(channels.get(channelId)?.values() ?? [])];
}

function join(channelId: string, user: UserEntity): void {
  const users = channels.get(channelId) ?? new Map<string, VoicePresenceUser>();
  channels.set(channelId, users);
  const flags = { isVideoEnabled: false, isScreenSharing: false, isMuted: false, isDeafened: false };
  users.set(user.id, { ...user, joinedAt: new Date(), ...flags });
  server.to(channelId).emit(ServerEvents.VOICE_CHANNEL_USER_JOINED, { channelId, user: users.get(user.id) });
}

server.use((socket, next) => {
  try {
    socket.data.user = userOf(socket.handshake.auth.token);
    next();
  } catch {
    next(new Error('unauthenticated'));
  }
});

server.on('connection', (socket) => {
  const self = socket.data.user as UserEntity;
  socket.on('VOICE_CHANNEL_SUBSCRIBE', ({ channelIds }, acknowledge) => {
    socket.join(channelIds);
    const snapshots = channelIds.map((channelId: string) => ({ channelId, users: usersOf(channelId) }));
    acknowledge({ success: true, channels: snapshots, denied: [] });
  });
  socket.on('VOICE_CHANNEL_JOIN', ({ channelId }, acknowledge) => {
    socket.join(channelId);
    join(channelId, self);
    acknowledge({ success: true, channelId, users: usersOf(channelId) });
  });
  socket.on('VOICE_STATE_UPDATE', ({ channelId, ...updates }, acknowledge) => {
    const user = channels.get(channelId)?.get(self.id);
    if (!user) {
      acknowledge({ success: false });
      return;
    }
    Object.assign(user, updates);
    server.to(channelId).emit(ServerEvents.VOICE_CHANNEL_USER_UPDATED, { channelId, userId: self.id, user, updates });
    acknowledge({ success: true, channelId, user, updates });
  });
});

http.listen(0, '127.0.0.1', 4096, () => {
  console.log(`Ready on http://127.0.0.1:${(http.address() as AddressInfo).port}`);
});
