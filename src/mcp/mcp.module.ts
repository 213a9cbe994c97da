import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { WithinAudit } from '../audit/within-audit.js';
import { CallResults } from './call-results.js';
import { CallTargets } from './call-targets.js';
import { InputRequests } from './input-requests.js';
import { ListPages } from './list-pages.js';
import { McpController } from './mcp.controller.js';
import { McpCallRun } from './mcp-call-run.js';
import { McpDispatcher } from './mcp-dispatcher.js';
import { McpRegistry } from './mcp-registry.js';
import { McpSubjects } from './mcp-subjects.js';
import { RegisterController } from './register.controller.js';
import { OpenStreams } from './open-streams.js';
import { ResourceUpdates } from './resource-updates.js';
import { SdkBridge } from './sdk-bridge.js';
import { SdkServers } from './sdk-servers.js';
import { StdioAdmission } from './stdio-admission.js';
import { StdioServer } from './stdio-server.js';
import { Sessions } from './sessions.js';

/** Global for {@link WithinAudit} alone. */
@Global()
@Module({
  imports: [DiscoveryModule],
  controllers: [McpController, RegisterController],
  providers: [
    McpRegistry,
    CallTargets,
    CallResults,
    InputRequests,
    McpCallRun,
    { provide: WithinAudit, useExisting: McpCallRun },
    McpDispatcher,
    ListPages,
    OpenStreams,
    ResourceUpdates,
    SdkBridge,
    SdkServers,
    Sessions,
    StdioAdmission,
    StdioServer,
    McpSubjects,
  ],
  exports: [McpRegistry, McpSubjects, WithinAudit, ResourceUpdates],
})
export class McpModule {}
