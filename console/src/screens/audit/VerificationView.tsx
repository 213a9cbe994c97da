import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import type { Schema } from '../../api/client';
import { Button } from '../../parts/Button';
import { ProblemState } from '../../parts/ProblemState';
import { StatusWord } from '../../parts/StatusWord';
import { Time } from '../../parts/Time';
import { useStopVerification, type Verification, verificationQuery } from './audit-queries';
import { isUnended, STATE_MEANINGS } from './verification-words';

type Listed = Schema<'AuditVerificationList'>['verifications'][number];

/** One verification: how far it is, or what came of it. */
export function VerificationView({
  verification,
  isNewest = false,
}: {
  verification: Listed;
  isNewest?: boolean;
}) {
  const { t } = useTranslation('audit');
  const { id, state, progress, requestedAt, endedAt, verifiedUpTo, findingsCount, problem } = verification;
  const [isShown, setShown] = useState(isNewest);
  return (
    <div className="grid gap-2 rounded-control border border-line p-3" data-verification={state}>
      <p className="flex flex-wrap items-center gap-x-3">
        <StatusWord meaning={STATE_MEANINGS[state]}>{t(`verify.state.${state}`)}</StatusWord>
        <span className="text-soft">
          <Time at={endedAt ?? requestedAt} />
        </span>
        {verifiedUpTo && !isUnended(verification) && (
          <span>
            {t('seal.verifiedUpTo')} <Time at={verifiedUpTo.at} />
          </span>
        )}
      </p>
      {isUnended(verification) && <Progress progress={progress} />}
      {isUnended(verification) && <Stop id={id} />}
      {problem !== null && <p className="text-danger">{problem}</p>}
      {state === 'passed' && progress && <p>{t('verify.passed', { count: progress.rows })}</p>}
      {state === 'lost' && <p>{t('verify.lost')}</p>}
      {findingsCount > 0 &&
        (isShown ? (
          <FindingList id={id} state={state} count={findingsCount} />
        ) : (
          <div>
            <Button onClick={() => setShown(true)}>{t('seal.findings', { count: findingsCount })}</Button>
          </div>
        ))}
    </div>
  );
}

function Progress({ progress }: { progress: Verification['progress'] }) {
  const { t } = useTranslation('audit');
  const { seals = 0, sealsTotal = 0, rows = 0 } = progress ?? {};
  return (
    <div className="grid gap-1">
      <progress
        aria-label={t('verify.progress')}
        className="h-2 w-full accent-accent"
        max={Math.max(sealsTotal, 1)}
        value={seals}
      />
      <p className="text-soft" aria-live="polite">
        {progress ? t('verify.far', { rows, seals, sealsTotal }) : t('verify.waits')}
      </p>
    </div>
  );
}

function Stop({ id }: { id: string }) {
  const { t } = useTranslation('audit');
  const me = useMe();
  const stop = useStopVerification();
  if (!may(me, 'audit:verify')) return null;
  return (
    <div className="grid justify-items-start gap-2">
      <Button disabled={stop.isPending} onClick={() => stop.mutate(id)}>
        {t('verify.stop')}
      </Button>
      {stop.error && <ProblemState error={stop.error} />}
    </div>
  );
}

function FindingList({ id, state, count }: { id: string; state: Verification['state']; count: number }) {
  const { t } = useTranslation('audit');
  const { data, error, refetch } = useQuery(verificationQuery(id, state));
  if (error) return <ProblemState error={error} retry={() => void refetch()} />;
  const findings = data?.findings ?? [];
  return (
    <>
      <p className="font-medium text-danger">{t('seal.findings', { count })}</p>
      <ul className="grid gap-2">
        {findings.map(({ code, message, rowId, time }, place) => (
          <li key={place} className="grid border-t border-line pt-2">
            <span className="flex flex-wrap items-baseline gap-x-2">
              <StatusWord meaning="danger">{t(`finding.${code}`)}</StatusWord>
              {time !== null && <Time at={time} />}
              {rowId !== null && (
                <Link to="/audit/$rowId" params={{ rowId }} search={true} className="underline">
                  {t('verify.row')}
                </Link>
              )}
            </span>
            <span className="break-words">{message}</span>
          </li>
        ))}
      </ul>
      {findings.length > 0 && findings.length < count && (
        <p className="text-soft">{t('verify.first', { count: findings.length })}</p>
      )}
    </>
  );
}
