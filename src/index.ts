/**
 * The public API of `bouncer-mcp`: all that a project can import. `bouncer-mcp/testing` and `bouncer-mcp/client` are the
 * other two entry points.
 */
export { Authenticated, CurrentCaller, Public, Scopes } from './access/access.decorators.js';
export type { Caller } from './access/caller.js';
export { OutOfReach } from './access/out-of-reach.js';
export { ScopesGuard } from './access/scopes.guard.js';
export { visibleTo } from './access/visible-to.js';
export { ApiKeyGuard } from './api-keys/api-key.guard.js';
export { AssistantModel } from './assistant/model/assistant-model.js';
export { AuditMetadata } from './audit/recording/audit-metadata.decorator.js';
export { AuditResource } from './audit/recording/audit-resource.decorator.js';
export { AuditTargets } from './audit/recording/audit-targets.decorator.js';
export { AuditTrail } from './audit/recording/audit-trail.js';
export { AuditInterceptor } from './audit/recording/audit.interceptor.js';
export { keepJson } from './common/kept-json.js';
export { newId } from './common/new-id.js';
export { InjectProjectSettings } from './config/settings.module.js';
export { OrganizationColumn } from './database/organization/organization-column.decorator.js';
export { OrganizationData } from './database/organization/organization-data.js';
export {
  disableOrganizationSecurity,
  enableOrganizationSecurity,
} from './database/organization/organization-security.js';
export { ALL_ORGANIZATIONS, type OrganizationRef } from './database/organization/organization-setting.js';
export { PreparedRead } from './database/prepared-read.js';
export { conflict, forbidden, notFound, ServiceError, validationFailed } from './errors/service-error.js';
export { Idempotent } from './idempotency/idempotent.decorator.js';
export { IdempotentResponse, type KeepAnswer } from './idempotency/keep-answer.js';
export type { McpCall } from './mcp/call/mcp-call.js';
export {
  ClientInput,
  CurrentCall,
  Input,
  Log,
  Progress,
  type ReportProgress,
  type SendLog,
  Signal,
} from './mcp/call/parameter.decorators.js';
export { Complete, type CompletionInput } from './mcp/decorators/complete.decorator.js';
export { Prompt } from './mcp/decorators/prompt.decorator.js';
export { Resource, ResourceTemplate } from './mcp/decorators/resource.decorator.js';
export { Tool } from './mcp/decorators/tool.decorator.js';
export { ResourceUpdates } from './mcp/registry/resource-updates.js';
export { OwnedData } from './organizations/owned-data.js';
export { answerSchema } from './openapi/answer-schema.js';
export { ApiRoute, type RouteDescription } from './openapi/api-route.decorator.js';
export { Limit } from './rate-limit/limit.decorator.js';
export { RateLimitCost } from './rate-limit/rate-limit-cost.decorator.js';
export { UserThrottlerGuard } from './rate-limit/user-throttler.guard.js';
export { BouncerModule } from './server/bouncer.module.js';
export { type BouncerConfig, defineConfig } from './server/bouncer-config.js';
export { runBouncer } from './server/run-bouncer.js';
