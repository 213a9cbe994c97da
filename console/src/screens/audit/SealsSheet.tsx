import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { Button } from '../../parts/Button';
import { ProblemState } from '../../parts/ProblemState';
import { Sheet } from '../../parts/Sheet';
import { Waiting } from '../../parts/Waiting';
import { sealsQuery, useVerify, verificationsQuery } from './audit-queries';
import { SealList } from './SealList';
import { isUnended } from './verification-words';
import { VerificationView } from './VerificationView';

const route = getRouteApi('/audit/seals');

/** Is the trail whole? Verifies it, tells what was found, and lists the seals. */
export function SealsSheet() {
  const { t } = useTranslation('audit');
  const navigate = route.useNavigate();
  const seals = useInfiniteQuery(sealsQuery);
  const all = seals.data?.pages.flatMap((page) => page.seals) ?? [];
  return (
    <Sheet title={t('seal.title')} onClose={() => void navigate({ to: '/audit', search: true })}>
      <Verifications />
      <section className="grid gap-2">
        <h2>{t('seal.list')}</h2>
        <p className="text-soft">{t('seal.about')}</p>
        {seals.error ? (
          <ProblemState error={seals.error} retry={() => void seals.refetch()} />
        ) : seals.isPending ? (
          <Waiting rows={4} />
        ) : (
          <SealList
            seals={all}
            hasMore={seals.hasNextPage}
            isReadingMore={seals.isFetchingNextPage}
            onMore={() => void seals.fetchNextPage()}
          />
        )}
      </section>
    </Sheet>
  );
}

function Verifications() {
  const { t } = useTranslation('audit');
  const me = useMe();
  const verify = useVerify();
  const { data: jobs, error, refetch } = useQuery(verificationsQuery);
  const running = jobs?.find(isUnended)?.id;
  if (error) return <ProblemState error={error} retry={() => void refetch()} />;
  if (!jobs) return <Waiting rows={4} />;
  const [newest, ...before] = jobs;
  return (
    <section className="grid gap-3">
      <h2>{t('verify.title')}</h2>
      <p className="text-soft">{t('verify.about')}</p>
      {newest ? <VerificationView verification={newest} isNewest /> : <p>{t('verify.none')}</p>}
      {verify.error && <ProblemState error={verify.error} />}
      {may(me, 'audit:verify') && running === undefined && (
        <div>
          <Button kind="primary" disabled={verify.isPending} onClick={() => verify.mutate()}>
            {t('verify.start')}
          </Button>
        </div>
      )}
      {before.length > 0 && (
        <details>
          <summary className="text-soft">{t('verify.before', { count: before.length })}</summary>
          <div className="mt-2 grid gap-3">
            {before.map((one) => (
              <VerificationView key={one.id} verification={one} />
            ))}
          </div>
        </details>
      )}
    </section>
  );
}
