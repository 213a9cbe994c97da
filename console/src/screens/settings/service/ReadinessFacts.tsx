import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../../api/me';
import { Fact } from '../../../parts/Fact';
import { type Meaning, StatusWord } from '../../../parts/StatusWord';
import { Time } from '../../../parts/Time';
import type { Readiness } from './service-queries';

const SERVING: Record<Readiness['state'], Meaning> = {
  starting: 'info',
  serving: 'good',
  stopping: 'attention',
};
const AUDIT: Record<Readiness['checks']['audit']['status'], Meaning> = {
  ok: 'good',
  spooling: 'attention',
  lossy: 'danger',
  full: 'danger',
};

/** The state of the replica that answered, part by part. */
export function ReadinessFacts({ readiness: { status, state, checks } }: { readiness: Readiness }) {
  const { t } = useTranslation('settings');
  const me = useMe();
  const { database, coherence, audit, seals, rateLimit, webhook } = checks;
  return (
    <section className="grid gap-2">
      <h2>{t('service.state')}</h2>
      <dl className="grid max-w-[640px] grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1">
        <Fact name={t('service.calls')}>
          <StatusWord meaning={status === 'ok' ? SERVING[state] : 'danger'}>
            {status === 'ok' ? t(`serving.${state}`) : t('serving.unavailable')}
          </StatusWord>
        </Fact>
        <Fact name={t('service.database')}>
          <StatusWord meaning={database.status === 'ok' ? 'good' : 'danger'}>
            {t(`working.${database.status}`)}
          </StatusWord>
        </Fact>
        <Fact name={t('service.replicas')}>
          {coherence.replicas} {t(`coherence.${coherence.mode}`)}{' '}
          {coherence.status === 'lapsed' && <StatusWord meaning="danger">{t('coherence.lapsed')}</StatusWord>}
        </Fact>
        <Fact name={t('service.audit')}>
          <StatusWord meaning={AUDIT[audit.status]}>{t(`auditState.${audit.status}`)}</StatusWord>
        </Fact>
        <Fact name={t('service.seals')}>
          <StatusWord meaning={seals.status === 'ok' ? 'good' : 'attention'}>
            {t(`seals.${seals.status}`)}
          </StatusWord>{' '}
          <Time at={seals.lastSealAt} otherwise={t('seals.never')} />
        </Fact>
        <Fact name={t('service.limits')}>
          {rateLimit.status === 'ok' ? (
            t(`store.${rateLimit.store}`)
          ) : (
            <StatusWord meaning="attention">{t('store.degraded')}</StatusWord>
          )}
        </Fact>
        {webhook && (
          <Fact name={t('service.webhook')}>
            {t('webhook.delivered', { count: webhook.delivered })}{' '}
            {webhook.deadLettered > 0 && (
              <StatusWord meaning="danger">{t('webhook.dead', { count: webhook.deadLettered })}</StatusWord>
            )}
          </Fact>
        )}
      </dl>
      {may(me, 'audit:read') && (
        <Link to="/" className="text-accent underline">
          {t('service.overview')}
        </Link>
      )}
    </section>
  );
}
