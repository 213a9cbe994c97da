import { Module } from '@nestjs/common';
import { McpModule } from '../mcp/mcp.module.js';
import { ScopeGuide } from './scope-guide.service.js';
import { ScopesController } from './scopes.controller.js';

@Module({
  imports: [McpModule],
  controllers: [ScopesController],
  providers: [ScopeGuide],
  exports: [ScopeGuide],
})
export class ScopesModule {}
