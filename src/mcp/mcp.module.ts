import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CallResults } from './call-results.js';
import { CallTargets } from './call-targets.js';
import { InputRequests } from './input-requests.js';
import { ListPages } from './list-pages.js';
import { McpController } from './mcp.controller.js';
import { McpCallInterceptor } from './mcp-call.interceptor.js';
import { McpDispatcher } from './mcp-dispatcher.js';
import { McpRegistry } from './mcp-registry.js';
import { McpSubjects } from './mcp-subjects.js';
import { RegisterController } from './register.controller.js';
import { OpenStreams } from './open-streams.js';
import { ResourceUpdates } from './resource-updates.js';
import { SdkBridge } from './sdk-bridge.js';
import { Sessions } from './sessions.js';

@Module({
  imports: [DiscoveryModule],
  controllers: [McpController, RegisterController],
  providers: [
    McpRegistry,
    CallTargets,
    CallResults,
    InputRequests,
    McpCallInterceptor,
    McpDispatcher,
    ListPages,
    OpenStreams,
    ResourceUpdates,
    SdkBridge,
    Sessions,
    McpSubjects,
  ],
  exports: [McpRegistry, McpSubjects, McpCallInterceptor, ResourceUpdates],
})
export class McpModule {}
