import type { CallToolResult } from '@modelcontextprotocol/server';
import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { CallerRequest } from '../access/caller.js';
import type { ScopeSet } from '../access/scope-set.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { ServiceError } from '../errors/service-error.js';
import { ToolCall } from './tool-call.js';
import { ToolRegistry } from './tool-registry.js';
import { ToolFailure, toErrorResult, toToolResult } from './tool-result.js';

export type ToolOutcome =
  | { kind: 'result'; result: CallToolResult }
  | { kind: 'refused'; failure: ToolFailure }
  | { kind: 'unknown' };

/** Runs tools, for whoever read the call off the wire. */
@Injectable()
export class ToolDispatcher {
  private readonly logger = new Logger(ToolDispatcher.name);
  private readonly lists = new LRUCache<ScopeSet, string>({ max: 1_000 });

  constructor(
    private readonly registry: ToolRegistry,
    private readonly trail: AuditTrail,
  ) {}

  async call(
    name: string,
    input: unknown,
    request: CallerRequest,
    signal: AbortSignal,
  ): Promise<ToolOutcome> {
    const tool = this.registry.find(name);
    if (!tool) {
      await this.trail.unknownTool({ request, action: 'tools/call', tool: name });
      return { kind: 'unknown' };
    }
    const returned = await tool.invoke(
      input ?? {},
      new ToolCall(name, request, signal, tool.input, input ?? {}),
    );
    if (!(returned instanceof ToolFailure))
      return { kind: 'result', result: this.resultOf(name, returned, request) };
    return returned.isRefusal
      ? { kind: 'refused', failure: returned }
      : { kind: 'result', result: toErrorResult(returned) };
  }

  private resultOf(name: string, returned: unknown, request: CallerRequest): CallToolResult {
    try {
      return toToolResult(returned);
    } catch (cause) {
      this.logger.error(
        `Tool ${name} returned what JSON cannot say, in request ${request.id}: ${String(cause)}`,
      );
      return toErrorResult(
        new ToolFailure(new ServiceError('internal_error', 500, 'Internal error', { cause }), request.id),
      );
    }
  }

  /** The JSON array of the tools that the caller may call, made once for all callers with the same scopes. */
  listJson(request: CallerRequest): string {
    const scopes = request.user!.scopes;
    let json = this.lists.get(scopes);
    if (json === undefined) {
      json = JSON.stringify(this.registry.allowedFor(request.user).map(({ definition }) => definition));
      this.lists.set(scopes, json);
    }
    return json;
  }
}
