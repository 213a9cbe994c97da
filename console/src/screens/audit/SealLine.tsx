import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../api/me';
import { buttonClass } from '../../parts/Button';
import { StatusWord } from '../../parts/StatusWord';
import { Time } from '../../parts/Time';
import { seesSeals, sealsQuery, verificationsQuery, type Verified } from './audit-queries';
import { isUnended } from './verification-words';

/** Is the trail whole? Up to when rows are sealed, and up to when somebody has compared them. */
export function SealLine() {
  const { t } = useTranslation('audit');
  const sees = seesSeals(useMe());
  const seals = useInfiniteQuery({ ...sealsQuery, enabled: sees }).data?.pages[0];
  const running = useRunning();
  if (!sees) return null;
  const last = seals?.seals[0];
  return (
    <div className="flex min-h-9 flex-wrap items-center gap-x-4 gap-y-2 max-sm:min-h-20">
      {seals && (
        <>
          <Verdict verified={seals.lastVerification} />
          <span className="text-soft">
            {t('seal.sealedUpTo')}{' '}
            <Time at={last?.to ?? last?.sealedAt ?? null} otherwise={t('seal.never')} />
          </span>
          {running !== undefined && <StatusWord meaning="info">{t('seal.runs')}</StatusWord>}
          <Link to="/audit/seals" search={true} className={buttonClass('plain', 'h-8!')}>
            {t('seal.open')}
          </Link>
        </>
      )}
    </div>
  );
}

/** Returns the verification that was seen to run, and asks on until it ends: then the seals' answer says how far rows are verified. */
function useRunning(): string | undefined {
  const client = useQueryClient();
  const jobs = useQuery({
    ...verificationsQuery,
    enabled: ({ state }) => state.data?.some(isUnended) === true,
  }).data;
  const running = jobs?.find(isUnended)?.id;
  const before = useRef(running);
  useEffect(() => {
    if (before.current !== undefined && running === undefined)
      void client.invalidateQueries({ queryKey: sealsQuery.queryKey });
    before.current = running;
  }, [client, running]);
  return running;
}

function Verdict({ verified }: { verified: Verified | null }) {
  const { t } = useTranslation('audit');
  if (!verified) return <StatusWord meaning="attention">{t('seal.notVerified')}</StatusWord>;
  const { findingsCount, problem, verifiedUpTo, at } = verified;
  if (problem !== null) return <StatusWord meaning="attention">{t('seal.couldNot')}</StatusWord>;
  if (findingsCount > 0)
    return <StatusWord meaning="danger">{t('seal.findings', { count: findingsCount })}</StatusWord>;
  return (
    <StatusWord meaning="good">
      {t('seal.verifiedUpTo')} <Time at={verifiedUpTo ?? at} />
    </StatusWord>
  );
}
