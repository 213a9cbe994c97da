import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import type { Column } from '../../parts/DataTable';
import { Clock } from '../../parts/Time';
import type { AuditRow } from './audit-queries';
import { askedOf, shortened } from './audit-words';
import { OutcomeWord } from './OutcomeWord';

export const auditColumns = (t: TFunction<'audit'>): Column<AuditRow>[] => [
  {
    id: 'asked',
    header: t('column.asked'),
    cell: (row) => (
      <Link to="/audit/$rowId" params={{ rowId: row.id }} search={true} className="hover:underline">
        <code className="font-mono font-medium" title={askedOf(row)}>
          {askedOf(row)}
        </code>
      </Link>
    ),
  },
  {
    id: 'outcome',
    header: t('column.outcome'),
    width: 176,
    narrow: 104,
    cell: ({ outcome, reason }) => (
      <>
        <OutcomeWord outcome={outcome} />{' '}
        {reason !== null && (
          <code className="font-mono text-soft max-sm:hidden" title={reason}>
            {reason}
          </code>
        )}
      </>
    ),
  },
  {
    id: 'who',
    header: t('column.who'),
    width: 120,
    importance: 3,
    cell: ({ userName, ip }) =>
      userName === null ? (
        <span className="text-soft" title={t('nobodyKnown')}>
          {ip ?? t('nobody')}
        </span>
      ) : (
        <span title={userName}>{userName}</span>
      ),
  },
  {
    id: 'through',
    header: t('column.through'),
    width: 192,
    importance: 2,
    cell: ({ keyName, clientId, via }) => {
      const through = keyName ?? clientId ?? (via === 'session' ? t('via.session') : '');
      return <span title={through}>{through}</span>;
    },
  },
  {
    id: 'resource',
    header: t('column.resource'),
    width: 168,
    importance: 1,
    cell: ({ resource }) =>
      resource !== null && (
        <code className="font-mono text-soft" title={resource}>
          {shortened(resource)}
        </code>
      ),
  },
  {
    id: 'when',
    header: t('column.when'),
    width: 160,
    narrow: 96,
    className: 'text-right',
    cell: ({ occurredAt }) => <Clock at={occurredAt} />,
  },
];
