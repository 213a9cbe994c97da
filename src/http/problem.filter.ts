import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type CallCarrier, type CallerRequest, MCP_CONTEXT, STDIO_CONTEXT } from '../access/caller.js';
import { ProtectedResource } from '../access/protected-resource.js';
import type { AuditSubject } from '../audit/events/audit-record.js';
import { AuditSubjects } from '../audit/recording/audit-subjects.js';
import { AuditTrail } from '../audit/recording/audit-trail.js';
import { internalError } from '../errors/nest-error.js';
import type { ServiceError } from '../errors/service-error.js';
import { errorBody, toJsonRpcError } from '../mcp/protocol/json-rpc.js';
import { isMcpRequest, knownMcpBody, requestIdOf } from '../mcp/protocol/request-body.js';
import { RequestSubjects } from '../mcp/registry/request-subjects.js';
import { CallFailure } from '../mcp/call/call-failure.js';
import { sendProblem } from './problem.js';
import { dropBody } from './unread-body.js';
import { toServiceError } from './to-service-error.js';

type HttpRequest = CallerRequest & Pick<FastifyRequest, 'raw'>;

/**
 * Formats every failure: as RFC 9457 problem details on REST, as a JSON-RPC error on the MCP endpoint, and as a
 * {@link CallFailure} for an MCP handler or a request over stdio. Interceptors do not see refusals, so their audit
 * rows are written here. A rejection of this filter would be uncaught and end the process, so a failure that cannot
 * be sent closes the connection instead.
 */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  constructor(
    private readonly trail: AuditTrail,
    private readonly subjects: AuditSubjects,
    private readonly requestSubjects: RequestSubjects,
    private readonly resource: ProtectedResource,
  ) {}

  catch(exception: unknown, host: ArgumentsHost): Promise<CallFailure | void> {
    const type = host.getType<string>();
    if (type === MCP_CONTEXT)
      return this.callFailure(toServiceError(exception, false), host.getArgByIndex<CallCarrier>(1));
    const error = toServiceError(exception);
    if (type === STDIO_CONTEXT) return this.stdioFailure(error, host.getArgByIndex<CallerRequest>(0));
    const http = host.switchToHttp();
    return this.answer(error, http.getRequest<HttpRequest>(), http.getResponse<FastifyReply>());
  }

  private async callFailure(error: ServiceError, call: CallCarrier): Promise<CallFailure> {
    return new CallFailure(
      await this.report(error, call.request, () => this.subjects.get(call)),
      call.request.id,
    );
  }

  private async stdioFailure(error: ServiceError, request: CallerRequest): Promise<CallFailure> {
    return new CallFailure(
      await this.report(error, request, () => this.requestSubjects.subjectOf(request)),
      request.id,
    );
  }

  private async answer(failure: ServiceError, request: HttpRequest, reply: FastifyReply): Promise<void> {
    dropBody(request.raw, request.user !== undefined);
    const onMcp = isMcpRequest(request);
    const error = await this.report(failure, request, () =>
      onMcp ? this.requestSubjects.subjectOf(request) : this.subjects.get(request),
    );
    const send = (what: ServiceError) => {
      const headers = this.resource.challenged(what.options.headers, request);
      if (onMcp) sendRefusal(reply, what, request, headers);
      else sendProblem(reply, what, request.id, headers);
    };
    try {
      send(error);
    } catch (unsendable) {
      this.logger.error(`The answer to request ${request.id} could not be sent`, stackOf(unsendable));
      try {
        send(internalError(unsendable));
      } catch {
        reply.raw.destroy();
      }
    }
  }

  /** @returns the failure itself, or the error of the audit when the audit row had to be stored first and was not */
  private async report(
    error: ServiceError,
    request: CallerRequest,
    subjectOf: () => AuditSubject | undefined,
  ): Promise<ServiceError> {
    // The log says once that the lease has run out.
    if (error.status >= 500 && error.code !== 'lease_expired')
      this.logger.error(`Request ${request.id} failed with ${error.code}`, stackOf(error.cause));
    try {
      await this.trail.refused(request, error, subjectOf);
      return error;
    } catch (unsafe) {
      this.logger.error(`The refusal of request ${request.id} could not be audited`, stackOf(unsafe));
      return toServiceError(unsafe);
    }
  }
}

function sendRefusal(
  reply: FastifyReply,
  error: ServiceError,
  request: CallerRequest,
  headers: Record<string, string>,
): void {
  reply.code(error.status).headers(headers).type('application/json');
  reply.send(errorBody(requestIdOf(knownMcpBody(request)), toJsonRpcError(error, request.id)));
}

/** Returns the stack of any thrown value, whose members may throw in turn. */
function stackOf(cause: unknown): string | undefined {
  try {
    return cause instanceof Error ? String(cause.stack) : undefined;
  } catch {
    return undefined;
  }
}
