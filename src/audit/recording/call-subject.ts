import { Attachment } from '../../common/attachment.js';
import type { AuditSubject } from '../events/audit-record.js';
import type { FoundIds } from './audit-targets.decorator.js';
import { boundedMetadata } from '../events/bounded-metadata.js';
import type { MemberPicker } from '../events/metadata-members.js';

/** What of a handler does not change from call to call. */
export interface Plan {
  /** Every MCP call, and every REST call of a handler that asks for scopes. */
  audited: boolean;
  isPublic: boolean;
  action: string;
  resourceKind: string | undefined;
  /** What a call acts on that is not about one thing. */
  collection: string | undefined;
  scopes: readonly string[];
  /** Asks for an elevated scope: its caller is read anew before it runs, and the intent of an MCP call is stored. */
  elevated: boolean;
  isMcp: boolean;
  /** What `@AuditMetadata` names; nothing where the settings say so. */
  keeps: MemberPicker | undefined;
  /** What `@AuditTargets` says. */
  found: FoundIds | undefined;
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

/** Keeps for the row what `@AuditMetadata` names of what the handler is given: as it is now, and bounded. */
export function keepGiven(subject: CallSubject, given: unknown): void {
  const { keeps } = subject.plan;
  if (keeps) subject.kept = boundedMetadata(keeps(given));
}
