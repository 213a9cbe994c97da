import type { Meaning } from '../../parts/StatusWord';
import type { Outcome } from './audit-filters';
import type { AuditRow } from './audit-queries';

export const OUTCOME_MEANINGS: Record<Outcome, Meaning> = {
  success: 'good',
  failure: 'attention',
  denied: 'danger',
  pending: 'info',
};

/** What was asked for: the tool, or else the route or the change. */
export const askedOf = ({ tool, action }: Pick<AuditRow, 'tool' | 'action'>): string => tool ?? action;

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/** Shortens the ids within a text: they are told apart by their ends. */
export const shortened = (text: string): string =>
  text.replace(UUID, (id) => `${id.slice(0, 6)}…${id.slice(-6)}`);
