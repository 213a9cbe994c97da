import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../api/me';

/** A text, so that a screen is named whose routes this part must not know. */
const AUDIT: string = '/audit';

/** The filters of the audit, by their names in the REST interface. */
export type AuditSearch = Partial<
  Record<'tool' | 'outcome' | 'action' | 'resource' | 'userId' | 'actor' | 'clientId', string>
>;

/** Leads to the rows of the audit that tell of something. Who may not read the audit does not see it. */
export function AuditLink({ search, children }: { search: AuditSearch; children?: ReactNode }) {
  const { t } = useTranslation('parts');
  if (!may(useMe(), 'audit:read')) return null;
  return (
    <Link to={AUDIT} search={search as never} className="text-accent underline">
      {children ?? t('inAudit')}
    </Link>
  );
}
