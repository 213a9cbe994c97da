import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { validate as isUuid } from 'uuid';
import { accessRuleOf } from '../../access/access-policy.js';
import { requestOf } from '../../access/caller.js';
import { isElevated } from '../../access/scopes.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { metadataNamesOf } from './audit-metadata.decorator.js';
import { AUDIT_RESOURCE_METADATA } from './audit-resource.decorator.js';
import { AUDIT_TARGETS_METADATA, type TargetsRule } from './audit-targets.decorator.js';
import { type CallSubject, type Plan, setSubject, subjectOf } from './call-subject.js';
import { type MemberPicker, memberPicker } from '../events/metadata-members.js';

/** How an MCP call names itself: its method, its tool, and what it is about where the handler does not say it better. */
interface CallLabels {
  action: string;
  tool: string | null;
  resource: string | null;
  traceparent: unknown;
}

/**
 * Remembers for each call, from its first guard on, what it is about: a filter that meets a refusal no longer
 * knows which handler it was for. Kept by the request on REST, by the call on MCP: a batch carries many calls.
 */
@Injectable()
export class AuditSubjects {
  private readonly plans = new WeakMap<object, Plan>();

  constructor(
    private readonly reflector: Reflector,
    @InjectSettings() private readonly settings: Settings,
  ) {}

  begin(context: ExecutionContext): CallSubject {
    const isMcp = context.getType<string>() === 'mcp';
    const holder = context.getArgByIndex<object>(isMcp ? 1 : 0);
    const known = subjectOf(holder);
    if (known) return known;
    const plan = this.planOf(context, isMcp);
    const request = requestOf(context);
    const id = idOf(isMcp ? context.getArgByIndex<unknown>(0) : request.params);
    const call = isMcp ? (holder as CallLabels) : undefined;
    const { resourceKind, scopes } = plan;
    // Member by member: spreading objects of this size costs more than the rest of it (decision 0010).
    const subject: CallSubject = {
      plan,
      request,
      action: call?.action ?? plan.action,
      tool: call?.tool ?? null,
      resource: id && resourceKind ? `${resourceKind}:${id}` : (call?.resource ?? plan.collection ?? null),
      resourceKind,
      scopes,
      traceparent: call?.traceparent,
    };
    setSubject(holder, subject);
    return subject;
  }

  /** @param holder the request on REST, the call on MCP */
  get(holder: object): CallSubject | undefined {
    return subjectOf(holder);
  }

  /** Adds to a call's row what only the call itself has shown. */
  note(holder: object, metadata: Record<string, unknown>): void {
    const subject = subjectOf(holder);
    if (subject) subject.metadata = { ...subject.metadata, ...metadata };
  }

  /** Where the call itself has shown on which row of its kind it acts. */
  nameResource(holder: object, id: string): void {
    const subject = subjectOf(holder);
    if (subject?.resourceKind) subject.resource = `${subject.resourceKind}:${id}`;
  }

  /** What rows keep of the input of a handler; nothing where it names nothing, or the settings say so. */
  keepsOf(handler: object): MemberPicker | undefined {
    const names = metadataNamesOf(handler);
    return this.settings.audit.callMetadata && names.length > 0 ? memberPicker(names) : undefined;
  }

  private planOf(context: ExecutionContext, isMcp: boolean): Plan {
    const handler = context.getHandler();
    let plan = this.plans.get(handler);
    if (!plan) {
      const type = context.getClass();
      const rule = accessRuleOf(handler, type);
      const resourceKind = this.reflector.getAllAndOverride<string | undefined>(AUDIT_RESOURCE_METADATA, [
        handler,
        type,
      ]);
      const targets = this.reflector.get<TargetsRule | undefined>(AUDIT_TARGETS_METADATA, handler);
      const scopes = rule?.kind === 'scopes' ? rule.scopes : [];
      plan = {
        audited: isMcp || rule?.kind === 'scopes',
        isPublic: rule?.kind === 'public',
        action: `${resourceKind ?? type.name}.${handler.name}`,
        resourceKind,
        collection: targets?.collection,
        scopes,
        elevated: scopes.some(isElevated),
        isMcp,
        keeps: this.keepsOf(handler),
        found: targets?.found,
      };
      this.plans.set(handler, plan);
    }
    return plan;
  }
}

/** The `id` of arguments, of a path's parameters, or of a result. */
export function idOf(value: unknown): string | undefined {
  const id = (value as { id?: unknown } | null | undefined)?.id;
  if (Number.isSafeInteger(id)) return String(id);
  if (typeof id !== 'string') return undefined;
  // One row of a table, one name: ids are written in small letters.
  return isUuid(id) ? id.toLowerCase() : id;
}
