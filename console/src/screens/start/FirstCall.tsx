import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { ProblemState } from '../../parts/ProblemState';
import { StatusWord } from '../../parts/StatusWord';
import { Time } from '../../parts/Time';
import { useFirstCalls } from './useFirstCalls';

/** Waits for the client, and shows what it calls. */
export function FirstCall({ keyId, onCalled }: { keyId: string; onCalled: () => void }) {
  const { t } = useTranslation('start');
  const sees = may(useMe(), 'audit:read');
  const { calls, problem, retry } = useFirstCalls(keyId, sees);
  const isCalled = calls.length > 0;
  useEffect(() => {
    if (isCalled) onCalled();
  }, [isCalled, onCalled]);
  if (!sees) return <p>{t('unseen')}</p>;
  if (problem) return <ProblemState error={problem} retry={retry} />;
  return (
    <>
      <p role="status">
        <StatusWord meaning={isCalled ? 'good' : 'info'}>
          {isCalled ? t('connected') : t('waiting')}
        </StatusWord>
      </p>
      <ul className="grid gap-1">
        {calls.map(({ id, tool, action, outcome, occurredAt, userAgent }) => (
          <li key={id} className="flex flex-wrap gap-x-2">
            <code className="font-mono">{tool ?? action}</code>
            <span>{t(`outcome.${outcome}`)}</span>
            <Time at={occurredAt} />
            <span className="min-w-0 break-words text-soft">{userAgent}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
