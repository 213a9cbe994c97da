import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { validate as isUuid } from 'uuid';
import { accessRuleOf } from '../../access/access-policy.js';
import { isMcpCall, requestOf } from '../../access/caller.js';
import { isElevated } from '../../access/scopes.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { metadataNamesOf } from './audit-metadata.decorator.js';
import { AUDIT_RESOURCE_METADATA } from './audit-resource.decorator.js';
import { AUDIT_TARGETS_METADATA, type TargetsRule } from './audit-targets.decorator.js';
import { type CallLabels, type CallSubject, type Plan, setSubject, subjectOf } from './call-subject.js';
import { type MemberPicker, memberPicker } from '../events/metadata-members.js';

/** The names that an MCP call gives itself for its row. */
interface NamedCall extends CallLabels {
  action: string;
  traceparent: unknown;
}

/**
 * Remembers from the first guard on what each call is about, because an exception filter does not know the handler of a refused
 * call. The subject is attached to the request on REST and to the call on MCP, where a batch has several calls.
 */
@Injectable()
export class AuditSubjects {
  private readonly plans = new WeakMap<object, Plan>();

  constructor(
    private readonly reflector: Reflector,
    @InjectSettings() private readonly settings: Settings,
  ) {}

  begin(context: ExecutionContext): CallSubject {
    const isMcp = isMcpCall(context);
    const holder = context.getArgByIndex<object>(isMcp ? 1 : 0);
    const known = subjectOf(holder);
    if (known) return known;
    const plan = this.planOf(context, isMcp);
    const request = requestOf(context);
    const id = idOf(isMcp ? context.getArgByIndex<unknown>(0) : request.params);
    const call = isMcp ? (holder as NamedCall) : undefined;
    const { resourceKind, scopes } = plan;
    // Member by member, because spreading objects of this size costs more than the rest (decision 0010).
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

  /** Adds metadata that only the call itself reveals to its row. */
  note(holder: object, metadata: Record<string, unknown>): void {
    const subject = subjectOf(holder);
    if (subject) subject.metadata = { ...subject.metadata, ...metadata };
  }

  /** Names the resource of a call whose id only the call itself reveals. */
  nameResource(holder: object, id: string): void {
    const subject = subjectOf(holder);
    if (subject?.resourceKind) subject.resource = `${subject.resourceKind}:${id}`;
  }

  /** How to pick the members of a handler's input for its rows; `undefined` where it names none or the settings forbid it. */
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

/** The `id` member of arguments, path parameters or a result. */
export function idOf(value: unknown): string | undefined {
  const id = (value as { id?: unknown } | null | undefined)?.id;
  if (Number.isSafeInteger(id)) return String(id);
  if (typeof id !== 'string') return undefined;
  // UUIDs are written in lower case, so that a row has one name.
  return isUuid(id) ? id.toLowerCase() : id;
}
