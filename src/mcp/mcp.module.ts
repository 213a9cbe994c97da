import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { McpController } from './mcp.controller.js';
import { McpSubjects } from './mcp-subjects.js';
import { RegisterController } from './register.controller.js';
import { SdkBridge } from './sdk-bridge.js';
import { ToolDispatcher } from './tool-dispatcher.js';
import { ToolRegistry } from './tool-registry.js';

@Module({
  imports: [DiscoveryModule],
  controllers: [McpController, RegisterController],
  providers: [ToolRegistry, ToolDispatcher, SdkBridge, McpSubjects],
  exports: [ToolRegistry, McpSubjects],
})
export class McpModule {}
