import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Time } from '../../parts/Time';
import type { Overview } from './overview-query';

/** What was unusual, the newest first. Each leads to its row. */
export function AnomalyList({ anomalies }: Pick<Overview, 'anomalies'>) {
  const { t } = useTranslation('overview');
  return (
    <section className="grid min-w-0 gap-2">
      <h2>{t('anomaly.title')}</h2>
      {anomalies.length === 0 ? (
        <p className="text-soft">{t('anomaly.none')}</p>
      ) : (
        <ul>
          {anomalies.map(({ id, kind, keyName, resource, occurredAt }) => (
            <li key={id} className="flex gap-3 border-t border-line py-1">
              <Link
                to="/audit/$rowId"
                params={{ rowId: id }}
                className="min-w-0 flex-1 truncate hover:underline"
              >
                {t(`anomaly.${kind}`, { key: keyName ?? resource ?? t('anomaly.unknown') })}
              </Link>
              <Time at={occurredAt} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
