import { Module, type NestModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BroughtStates } from './brought-states.js';
import { CallResults } from './call-results.js';
import { CallTargets } from './call-targets.js';
import { DenyListGuard } from './deny-list.guard.js';
import { HandlerChains } from './handler-chains.js';
import { Hearers } from './hearers.js';
import { InputRequests } from './input-requests.js';
import { LeftBehind } from './left-behind.js';
import { ListPages } from './list-pages.js';
import { McpController } from './mcp.controller.js';
import { McpCallRun } from './mcp-call-run.js';
import { McpDispatcher } from './mcp-dispatcher.js';
import { McpRegistry } from './mcp-registry.js';
import { McpRoutes } from './mcp-routes.js';
import { McpSubjects } from './mcp-subjects.js';
import { RegisterController } from './register.controller.js';
import { OpenStreams } from './open-streams.js';
import { ResourceUpdates } from './resource-updates.js';
import { ResultSecrets } from './result-secrets.js';
import { SdkBridge } from './sdk-bridge.js';
import { SdkServers } from './sdk-servers.js';
import { StdioAdmission } from './stdio-admission.js';
import { StdioServer } from './stdio-server.js';
import { Sessions } from './sessions.js';
import { StateSeals } from './state-seals.js';
import { UsedRequestState } from './used-request-state.entity.js';
import { UsedRequestStates } from './used-request-states.js';

@Module({
  imports: [DiscoveryModule, TypeOrmModule.forFeature([UsedRequestState])],
  controllers: [McpController, RegisterController],
  providers: [
    McpRegistry,
    McpRoutes,
    CallTargets,
    CallResults,
    DenyListGuard,
    HandlerChains,
    Hearers,
    InputRequests,
    McpCallRun,
    McpDispatcher,
    LeftBehind,
    ListPages,
    OpenStreams,
    ResourceUpdates,
    ResultSecrets,
    SdkBridge,
    SdkServers,
    Sessions,
    StdioAdmission,
    StdioServer,
    McpSubjects,
    BroughtStates,
    StateSeals,
    UsedRequestStates,
  ],
  exports: [DenyListGuard, McpRegistry, McpSubjects, ResourceUpdates],
})
export class McpModule implements NestModule {
  constructor(private readonly routes: McpRoutes) {}

  configure(): void {
    this.routes.prepare();
  }
}
