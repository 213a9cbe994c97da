import { useTranslation } from 'react-i18next';
import { asProblem } from '../api/problem';
import { leaveForSignIn } from '../api/sign-in';
import { Button } from './Button';
import { ShortId } from './ShortId';

const NEEDS_SIGN_IN = new Set(['session_not_fresh', 'invalid_session']);

/** Says what the service refused and why, what helps, and the id by which its operator finds the request. */
export function ProblemState({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation('parts');
  const problem = asProblem(error);
  return (
    <div role="alert" className="grid gap-2 rounded-control border border-danger p-4">
      <p className="font-medium text-danger">
        {problem.status === 0 ? t('problem.unreachable') : problem.message}
      </p>
      {problem.lines.length > 0 && (
        <ul className="list-disc pl-5">
          {problem.lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      <p className="flex flex-wrap items-center gap-x-3 text-soft">
        <span>
          {t('problem.code')} <code className="font-mono">{problem.code}</code>
        </span>
        {problem.requestId !== undefined && (
          <span className="inline-flex items-center gap-1">
            {t('problem.request')} <ShortId id={problem.requestId} />
          </span>
        )}
      </p>
      <div className="flex gap-2">
        {NEEDS_SIGN_IN.has(problem.code) && <Button onClick={leaveForSignIn}>{t('problem.signIn')}</Button>}
        {retry && <Button onClick={retry}>{t('problem.retry')}</Button>}
      </div>
    </div>
  );
}
