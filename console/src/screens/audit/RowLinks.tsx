import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { buttonClass } from '../../parts/Button';
import type { AuditSearch } from './audit-filters';
import type { AuditRow } from './audit-queries';

const AROUND_MS = 60_000;

/** What else happened there: the ways on from one row. */
export function RowLinks({ event }: { event: AuditRow }) {
  const { t } = useTranslation('audit');
  const { tool, action, userId, keyId, resource, reason, occurredAt } = event;
  const at = Date.parse(occurredAt);
  const ways: [string, AuditSearch | undefined][] = [
    [
      t('ways.around'),
      { from: new Date(at - AROUND_MS).toISOString(), to: new Date(at + AROUND_MS).toISOString() },
    ],
    [t('ways.person'), userId === null ? undefined : { actor: userId }],
    [t('ways.key'), keyId === null ? undefined : { keyId }],
    [t('ways.resource'), resource === null ? undefined : { resource }],
    [t('ways.tool'), tool === null ? { action } : { tool }],
    [t('ways.reason'), reason === null ? undefined : { reason }],
  ];
  return (
    <nav aria-label={t('ways.title')} className="grid gap-2">
      <h2>{t('ways.title')}</h2>
      <div className="flex flex-wrap gap-2">
        {ways.map(
          ([name, search]) =>
            search && (
              <Link key={name} to="/audit" search={search} className={buttonClass('plain', 'h-8!')}>
                {name}
              </Link>
            ),
        )}
      </div>
    </nav>
  );
}
