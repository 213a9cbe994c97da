import { Attachment } from '../../common/attachment.js';
import type { AuditSubject } from '../events/audit-record.js';
import type { FoundIds } from './audit-targets.decorator.js';
import { boundedMetadata } from '../events/bounded-metadata.js';
import type { MemberPicker } from '../events/metadata-members.js';

/** The properties of a handler that all of its calls share. */
export interface Plan {
  /** True for every MCP call, and for every REST call of a handler with scopes. */
  audited: boolean;
  isPublic: boolean;
  action: string;
  resourceKind: string | undefined;
  /** The resource of calls that are about no single resource. */
  collection: string | undefined;
  scopes: readonly string[];
  /** Whether it needs an elevated scope. Its caller is then read again before it runs, and the intent of an MCP call is stored. */
  elevated: boolean;
  isMcp: boolean;
  /** Picks the members that `@AuditMetadata` names; `undefined` where the settings forbid it. */
  keeps: MemberPicker | undefined;
  /** The function of `@AuditTargets`. */
  found: FoundIds | undefined;
}

/** What the row of an MCP call names beside its action, where the handler does not say it better. */
export interface CallLabels {
  tool: string | null;
  resource: string | null;
}

/** What a call is about, for its row. */
export interface CallSubject extends AuditSubject {
  plan: Plan;
  resourceKind: string | undefined;
}

const subjects = new Attachment<CallSubject>();

/** @param holder the request on REST, the call on MCP */
export const subjectOf = (holder: object): CallSubject | undefined => subjects.get(holder);

export const setSubject = (holder: object, subject: CallSubject): void => subjects.set(holder, subject);

/** Copies the members of a handler's input that `@AuditMetadata` names, bounded, before the handler can change them. */
export function keepGiven(subject: CallSubject, given: unknown): void {
  const { keeps } = subject.plan;
  if (keeps) subject.kept = boundedMetadata(keeps(given));
}
