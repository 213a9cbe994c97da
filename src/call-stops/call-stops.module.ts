import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { McpModule } from '../mcp/mcp.module.js';
import { AppliedStops } from './applied-stops.js';
import { StoredCallStop } from './call-stop.entity.js';
import { CallStopsService } from './call-stops.service.js';
import { StoppedCallsController } from './stopped-calls.controller.js';
import { ToolsController } from './tools.controller.js';

/** Lets administrators switch tools off, and stop all calls. */
@Module({
  imports: [TypeOrmModule.forFeature([StoredCallStop]), McpModule],
  controllers: [ToolsController, StoppedCallsController],
  providers: [CallStopsService, AppliedStops],
  exports: [CallStopsService],
})
export class CallStopsModule {}
