import { Module } from '@nestjs/common';
import { McpModule } from '../mcp/mcp.module.js';
import { MeController } from './me.controller.js';
import { MeService } from './me.service.js';
import { WhoamiTools } from './whoami.tools.js';

@Module({
  imports: [McpModule],
  controllers: [MeController],
  providers: [MeService, WhoamiTools],
})
export class MeModule {}
