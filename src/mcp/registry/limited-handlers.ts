import { Injectable } from '@nestjs/common';
import type { CallerRequest } from '../../access/caller.js';
import { HandlerLimits } from '../../rate-limit/handler-limits.js';
import type { PrimitiveKind } from '../definitions/primitive.js';
import { limitNameOf } from '../definitions/definitions.js';
import { isObject, mcpBodyOf } from '../protocol/request-body.js';
import { TargetResolver } from './target-resolver.js';

const KINDS: Readonly<Record<string, PrimitiveKind>> = {
  'tools/call': 'tool',
  'resources/read': 'resource',
  'prompts/get': 'prompt',
  'completion/complete': 'completion',
};

/** Tells {@link HandlerLimits} which handlers a request calls, before any of them runs. */
@Injectable()
export class LimitedHandlers {
  constructor(
    private readonly targets: TargetResolver,
    limits: HandlerLimits,
  ) {
    limits.resolveWith((request) => this.calledIn(request));
  }

  private calledIn(request: CallerRequest): string[] {
    const body = mcpBodyOf(request);
    if (!body.ok) return [];
    const messages: unknown[] = Array.isArray(body.value) ? body.value : [body.value];
    return messages.flatMap((message) => this.handlerOf(message) ?? []);
  }

  /** A notification runs no handler. */
  private handlerOf(message: unknown): string | undefined {
    if (!isObject(message) || typeof message.method !== 'string' || message.id === undefined)
      return undefined;
    const { method, params = {} } = message;
    const kind = Object.hasOwn(KINDS, method) ? KINDS[method] : undefined;
    if (!kind || !isObject(params)) return undefined;
    const entry = this.targets.resolve(method, params)?.entry;
    return entry && limitNameOf(kind, entry.name);
  }
}
