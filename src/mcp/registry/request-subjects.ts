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

/** What a request to the MCP endpoint was about, for the row of one that was refused before it was dispatched. */
@Injectable()
export class RequestSubjects {
  constructor(private readonly targets: TargetResolver) {}

  /** What a single request asks for, where that is a handler. */
  targetOf(request: CallerRequest): CallTarget | undefined {
    const { method, params = {} } = membersOf(mcpBodyOf(request));
    return typeof method === 'string' && isObject(params) ? this.targets.resolve(method, params) : undefined;
  }

  /** Why a single call or subscription may not be made: known before the SDK, which answers within a 200, is asked. */
  refusalOfRequest(request: CallerRequest, caller = request.user): ServiceError | undefined {
    const target = this.concernOf(request, caller)?.target;
    return target && refusalOfTarget(target, caller);
  }

  /** Of a request whose body was not parsed, since its caller is not known, it says no more than that there was one. */
  subjectOf(request: CallerRequest): AuditSubject {
    const concern = this.concernOf(request);
    if (!concern) return { request, action: 'mcp' };
    const { action, target } = concern;
    const { entry, input, labels } = target;
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
      traceparent: metaIn(knownMcpBody(request)).traceparent,
    };
  }

  /** A call, or a subscription: who may read a resource may hear of its changes. */
  private concernOf(
    request: CallerRequest,
    caller = request.user,
  ): { action: string; target: CallTarget } | undefined {
    const body = knownMcpBody(request);
    const { method, params = {} } = membersOf(body);
    if (typeof method !== 'string' || !isObject(params)) return undefined;
    const target = isListening(membersOf(body))
      ? this.listenedTo(params).find((listened) => refusalOfTarget(listened, caller))
      : this.targets.resolve(method === 'resources/subscribe' ? 'resources/read' : method, params);
    return target && { action: method, target };
  }

  /** The resources of whose changes a stream of the revision 2026-07-28 would tell. */
  private listenedTo({ notifications }: Record<string, unknown>): CallTarget[] {
    const uris = isObject(notifications) ? notifications.resourceSubscriptions : undefined;
    if (!Array.isArray(uris)) return [];
    return uris.flatMap((uri: unknown) => this.targets.resolve('resources/read', { uri }) ?? []);
  }
}
