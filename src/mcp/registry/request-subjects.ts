import { Injectable } from '@nestjs/common';
import type { CallerRequest } from '../../access/caller.js';
import type { AuditSubject } from '../../audit/events/audit-record.js';
import { idOf } from '../../audit/recording/audit-subjects.js';
import type { ServiceError } from '../../errors/service-error.js';
import type { CallTarget } from '../call/call-target.js';
import { TargetResolver } from './target-resolver.js';
import { refusalOfTarget } from '../call/call-access.js';
import {
  isListening,
  isObject,
  knownMcpBody,
  mcpBodyOf,
  membersOf,
  metaIn,
} from '../protocol/request-body.js';

/**
 * Names what a request to the MCP endpoint was about, for the audit row of a request that was refused before
 * dispatch.
 */
@Injectable()
export class RequestSubjects {
  constructor(private readonly targets: TargetResolver) {}

  /** Returns the target of a single request that asks for a handler. */
  targetOf(request: CallerRequest): CallTarget | undefined {
    const { method, params = {} } = membersOf(mcpBodyOf(request));
    return typeof method === 'string' && isObject(params) ? this.targets.resolve(method, params) : undefined;
  }

  /**
   * Returns why a single call or subscription is refused. It is checked before the SDK, which would answer with
   * status 200.
   */
  refusalOfRequest(request: CallerRequest, caller = request.user): ServiceError | undefined {
    const target = this.requestedTarget(request, caller)?.target;
    return target && refusalOfTarget(target, caller);
  }

  /**
   * Returns the subject of the audit row. The body is not parsed while the caller is unknown, so the row then says
   * only that there was a request.
   */
  subjectOf(request: CallerRequest): AuditSubject {
    const concern = this.requestedTarget(request);
    if (!concern) return { request, action: 'mcp' };
    const { action, target } = concern;
    return {
      ...subjectOfTarget(request, action, target),
      traceparent: metaIn(knownMcpBody(request)).traceparent,
    };
  }

  /** Returns the target of a call or a subscription. Whoever may read a resource may subscribe to its changes. */
  private requestedTarget(
    request: CallerRequest,
    caller = request.user,
  ): { action: string; target: CallTarget } | undefined {
    const body = knownMcpBody(request);
    const { method, params = {} } = membersOf(body);
    if (typeof method !== 'string' || !isObject(params)) return undefined;
    const target = isListening(membersOf(body))
      ? this.subscribedResources(params).find((listened) => refusalOfTarget(listened, caller))
      : this.targets.resolve(method === 'resources/subscribe' ? 'resources/read' : method, params);
    return target && { action: method, target };
  }

  /** Returns the resources in a subscription of the revision 2026-07-28. */
  private subscribedResources({ notifications }: Record<string, unknown>): CallTarget[] {
    const uris = isObject(notifications) ? notifications.resourceSubscriptions : undefined;
    if (!Array.isArray(uris)) return [];
    return uris.flatMap((uri: unknown) => this.targets.resolve('resources/read', { uri }) ?? []);
  }
}

/**
 * Returns the subject of a refused call or subscription. It names the resource by kind and id when the handler has a
 * kind.
 */
export function subjectOfTarget(
  request: CallerRequest,
  action: string,
  { entry, input, labels }: CallTarget,
): AuditSubject {
  const id = idOf(input);
  return {
    request,
    action,
    tool: labels.tool,
    resource:
      id && entry?.resourceKind
        ? `${entry.resourceKind}:${id}`
        : (labels.resource ?? entry?.collection ?? null),
    scopes: entry?.rule?.kind === 'scopes' ? entry.rule.scopes : [],
  };
}
