import { Global, Module, type NestModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ReturnedStates } from './sdk/returned-states.js';
import { ResultFactory } from './call/results/result-factory.js';
import { TargetResolver } from './registry/target-resolver.js';
import { CountedTools } from './registry/counted-tools.js';
import { CallAccessGuard } from './call/call-access.guard.js';
import { HandlerPipeline } from './call/handler-pipeline.js';
import { NotificationHandlers } from './sdk/notification-handlers.js';
import { InputRequests } from './call/input-requests.js';
import { ErrorOrigin } from './registry/error-origin.js';
import { InternalCalls } from './registry/internal-calls.js';
import { LimitedHandlers } from './registry/limited-handlers.js';
import { ListPages } from './registry/list-pages.js';
import { McpController } from './http/mcp.controller.js';
import { CallRunner } from './call/call-runner.js';
import { McpDispatcher } from './call/mcp-dispatcher.js';
import { McpRegistry } from './registry/mcp-registry.js';
import { McpRoutes } from './http/mcp-routes.js';
import { RequestSubjects } from './registry/request-subjects.js';
import { RequestClassifier } from './http/request-classifier.js';
import { OpenStreams } from './sdk/open-streams.js';
import { ResourceUpdates } from './registry/resource-updates.js';
import { ResultSecrets } from './call/results/result-secrets.js';
import { SdkBridge } from './sdk/sdk-bridge.js';
import { SdkServers } from './sdk/sdk-servers.js';
import { StdioAdmission } from './stdio/stdio-admission.js';
import { StdioServer } from './stdio/stdio-server.js';
import { Sessions } from './sdk/sessions.js';
import { StateSeals } from './call/state-seals.js';
import { UsedRequestState } from './call/used-request-state.entity.js';
import { UsedRequestStates } from './call/used-request-states.js';

/** Is global, so that a module of a project can inject `ResourceUpdates` without importing this one. */
@Global()
@Module({
  imports: [DiscoveryModule, TypeOrmModule.forFeature([UsedRequestState])],
  controllers: [McpController],
  providers: [
    McpRegistry,
    CountedTools,
    McpRoutes,
    TargetResolver,
    ResultFactory,
    CallAccessGuard,
    HandlerPipeline,
    NotificationHandlers,
    InputRequests,
    CallRunner,
    McpDispatcher,
    ErrorOrigin,
    InternalCalls,
    LimitedHandlers,
    ListPages,
    OpenStreams,
    ResourceUpdates,
    ResultSecrets,
    SdkBridge,
    SdkServers,
    Sessions,
    StdioAdmission,
    StdioServer,
    RequestClassifier,
    RequestSubjects,
    ReturnedStates,
    StateSeals,
    UsedRequestStates,
  ],
  exports: [CallAccessGuard, InternalCalls, McpRegistry, RequestSubjects, ResourceUpdates],
})
export class McpModule implements NestModule {
  constructor(private readonly routes: McpRoutes) {}

  configure(): void {
    this.routes.prepare();
  }
}
