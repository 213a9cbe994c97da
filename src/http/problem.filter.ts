import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable, Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { CallCarrier, CallerRequest } from '../access/caller.js';
import type { AuditSubject } from '../audit/audit-record.js';
import { AuditSubjects } from '../audit/audit-subjects.js';
import { AuditTrail } from '../audit/audit-trail.js';
import type { ServiceError } from '../errors/service-error.js';
import { errorBody, toJsonRpcError } from '../mcp/json-rpc.js';
import { isMcpRequest, mcpBodyOf, requestIdOf } from '../mcp/mcp-body.js';
import { McpSubjects } from '../mcp/mcp-subjects.js';
import { ToolFailure } from '../mcp/tool-result.js';
import { sendProblem } from './problem.js';
import { toServiceError } from './to-service-error.js';

/**
 * The one way out for failures: RFC 9457 problem details on REST, a JSON-RPC error on the MCP endpoint, a
 * {@link ToolFailure} for a tool. Refusals never reach an interceptor, so their audit rows are written here.
 */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  constructor(
    private readonly trail: AuditTrail,
    private readonly subjects: AuditSubjects,
    private readonly mcpSubjects: McpSubjects,
  ) {}

  catch(exception: unknown, host: ArgumentsHost): ToolFailure | void {
    const error = toServiceError(exception);
    if (host.getType<string>() === 'mcp') return this.toolFailure(error, host.getArgByIndex<CallCarrier>(1));
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<CallerRequest>(), http.getResponse<FastifyReply>());
  }

  private toolFailure(error: ServiceError, call: CallCarrier): ToolFailure {
    this.report(error, call.request, this.subjects.get(call));
    return new ToolFailure(error, call.request.id);
  }

  private answer(error: ServiceError, request: CallerRequest, reply: FastifyReply): void {
    const onMcp = isMcpRequest(request);
    this.report(error, request, onMcp ? this.mcpSubjects.of(request) : this.subjects.get(request));
    if (!onMcp) return sendProblem(reply, error, request.id);
    reply
      .code(error.status)
      .headers(error.options.headers ?? {})
      .type('application/json');
    reply.send(errorBody(requestIdOf(mcpBodyOf(request)), toJsonRpcError(error, request.id)));
  }

  private report(error: ServiceError, request: CallerRequest, subject: AuditSubject | undefined): void {
    this.trail.refused(subject ?? { request, action: 'authenticate' }, error);
    if (error.status >= 500)
      this.logger.error(`${error.code} in request ${request.id}`, stackOf(error.cause));
  }
}

const stackOf = (cause: unknown): string | undefined => (cause instanceof Error ? cause.stack : undefined);
