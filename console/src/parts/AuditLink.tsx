import { Link, type LinkProps, type RegisteredRouter } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../api/me';

/** The filters of the audit, by their names in the REST interface, as its route takes them. */
export type AuditSearch = NonNullable<LinkProps<'a', RegisteredRouter, '/', '/audit'>['search']>;

/** Leads to the rows of the audit that tell of something. Who may not read the audit does not see it. */
export function AuditLink({ search, children }: { search: AuditSearch; children?: ReactNode }) {
  const { t } = useTranslation('parts');
  if (!may(useMe(), 'audit:read')) return null;
  return (
    <Link to="/audit" search={search} className="text-accent underline">
      {children ?? t('inAudit')}
    </Link>
  );
}
