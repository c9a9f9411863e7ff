import {
  Body,
  Controller,
  createParamDecorator,
  Get,
  HttpCode,
  Injectable,
  Param,
  Patch,
  Post,
  UnauthorizedException,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { userOf } from './tokens';
import { VoicePresenceService } from './voice-presence.service';
import type { UserEntity, VoiceState } from './voice-presence.types';

@Injectable()
export class JwtAuthGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest();
    try {
      request.user = userOf(String(request.headers.authorization).slice('Bearer '.length));
      return true;
    } catch {
      throw new UnauthorizedException();
    }
  }
}

const CurrentUser = createParamDecorator(
  (_: unknown, context: ExecutionContext): UserEntity => context.switchToHttp().getRequest().user,
);

@Controller('voice-presence')
@UseGuards(JwtAuthGuard)
export class VoicePresenceController {
  constructor(private readonly presence: VoicePresenceService) {}

  @Post(':channelId/join')
  @HttpCode(200)
  async join(@Param('channelId') channelId: string, @CurrentUser() user: UserEntity) {
    return { success: true, channelId, user: await this.presence.joinVoiceChannel(channelId, user) };
  }

  @Post(':channelId/leave')
  @HttpCode(200)
  async leave(@Param('channelId') channelId: string, @CurrentUser() user: UserEntity) {
    await this.presence.leaveVoiceChannel(channelId, user.id);
    return { success: true, channelId };
  }

  @Get(':channelId')
  async get(@Param('channelId') channelId: string) {
    const users = await this.presence.getChannelPresence(channelId);
    return { channelId, count: users.length, users };
  }

  @Patch(':channelId/state')
  async update(
    @Param('channelId') channelId: string,
    @CurrentUser() user: UserEntity,
    @Body() updates: Partial<VoiceState>,
  ) {
    const updated = await this.presence.updateVoiceState(channelId, user.id, updates);
    return { success: updated !== undefined, channelId, user: updated, updates };
  }
}
