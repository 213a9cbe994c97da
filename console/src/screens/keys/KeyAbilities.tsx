import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { HeldScopes } from '../../parts/HeldScopes';
import { ProblemState } from '../../parts/ProblemState';
import { Waiting } from '../../parts/Waiting';
import { effectiveQuery } from './key-queries';

/** What the key can do, and what keeps it from the rest. */
export function KeyAbilities({ id }: { id: string }) {
  const { t } = useTranslation('keys');
  const { data, error, refetch } = useQuery(effectiveQuery(id));
  if (error) return <ProblemState error={error} retry={() => void refetch()} />;
  if (!data) return <Waiting rows={4} />;
  const { works, reasons, scopes: held, lostScopes, toolAccess } = data;
  return (
    <section className="grid gap-2">
      <h2>{t('can.title')}</h2>
      {!works && (
        <p className="text-danger">
          {t('can.refused')}{' '}
          {reasons.map((reason) => t(`reason.${reason}`, { defaultValue: reason })).join(', ')}
        </p>
      )}
      <HeldScopes held={held} lost={lostScopes} lostWord={t('can.lost')} />
      <details>
        <summary className="text-soft">
          {t('can.tools', {
            allowed: toolAccess.filter(({ allowed }) => allowed).length,
            count: toolAccess.length,
          })}
        </summary>
        <ul className="mt-2 grid gap-1">
          {toolAccess.map(({ name, allowed, missingScopes }) => (
            <li key={name} className="flex flex-wrap gap-x-2">
              <code className="font-mono">{name}</code>
              <span className={allowed ? 'text-good' : 'text-soft'}>
                {allowed
                  ? t('can.may')
                  : missingScopes.length > 0
                    ? t('can.needs', { scopes: missingScopes.join(', ') })
                    : t('can.mayNot')}
              </span>
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}
