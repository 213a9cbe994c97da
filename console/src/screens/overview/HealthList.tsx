import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Fact } from '../../parts/Fact';
import { StatusWord } from '../../parts/StatusWord';
import { Time } from '../../parts/Time';
import type { Overview } from './overview-query';

/** The state of the parts of the service, as the replica that was asked sees them. */
export function HealthList({ overview: { health, lastVerification } }: { overview: Overview }) {
  const { t } = useTranslation('overview');
  const { database, replicas, audit, seals, rateLimit } = health;
  return (
    <section className="grid gap-2" id="health">
      <h2>{t('health.title')}</h2>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1">
        <Fact name={t('health.database')}>
          <StatusWord meaning={database === 'ok' ? 'good' : 'danger'}>
            {t(`health.state.${database}`)}
          </StatusWord>
        </Fact>
        <Fact name={t('health.replicas')}>{replicas}</Fact>
        <Fact name={t('health.audit')}>
          <StatusWord
            meaning={audit.status === 'ok' ? 'good' : audit.status === 'spooling' ? 'attention' : 'danger'}
          >
            {t(`health.state.${audit.status}`)}
          </StatusWord>{' '}
          {audit.spooled > 0 && t('health.spooled', { count: audit.spooled })}{' '}
          {audit.dropped > 0 && t('health.dropped', { count: audit.dropped })}
        </Fact>
        <Fact name={t('health.seals')}>
          <StatusWord meaning={seals.status === 'ok' ? 'good' : 'attention'}>
            {t(`health.state.${seals.status}`)}
          </StatusWord>{' '}
          <Time at={seals.lastSealAt} otherwise={t('health.noSeal')} />
        </Fact>
        <Fact name={t('health.verified')}>
          {lastVerification ? (
            <Link to="/audit/seals" className="underline">
              <Time
                at={lastVerification.verifiedUpTo ?? lastVerification.at}
                otherwise={t('health.notVerified')}
              />
            </Link>
          ) : (
            <span className="text-soft">{t('health.notVerified')}</span>
          )}
        </Fact>
        <Fact name={t('health.rateLimit')}>
          <StatusWord meaning={rateLimit === 'ok' ? 'good' : 'attention'}>
            {t(`health.state.${rateLimit}`)}
          </StatusWord>
        </Fact>
      </dl>
    </section>
  );
}
