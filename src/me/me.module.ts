import { Module } from '@nestjs/common';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { McpModule } from '../mcp/mcp.module.js';
import { EffectiveController } from './effective.controller.js';
import { KeyAccessService } from './key-access.service.js';
import { MeController } from './me.controller.js';
import { WhoamiTools } from './whoami.tools.js';

@Module({
  imports: [ApiKeysModule, McpModule],
  controllers: [MeController, EffectiveController],
  providers: [KeyAccessService, WhoamiTools],
})
export class MeModule {}
