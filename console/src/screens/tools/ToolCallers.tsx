import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { scopesQuery } from '../../api/scopes';
import { ProblemState } from '../../parts/ProblemState';
import { Scope } from '../../parts/Scope';
import { Waiting } from '../../parts/Waiting';
import { enoughFor, neededBy } from './tool-scopes';

/** Who may call a tool: the scopes in words, with their risk. */
export function ToolCallers({ name }: { name: string }) {
  const { t } = useTranslation('tools');
  const { data, error, refetch } = useQuery(scopesQuery);
  if (error) return <ProblemState error={error} retry={() => void refetch()} />;
  if (!data) return <Waiting rows={3} />;
  const needed = neededBy(name, data);
  const enough = enoughFor(name, data);
  return (
    <section className="grid gap-2">
      <h2>{t('who.title')}</h2>
      <p>{needed.length === 0 ? t('who.any') : t('who.needs', { count: needed.length })}</p>
      <ul className="grid gap-1">
        {needed.map((entry) => (
          <li key={entry.scope} title={entry.use}>
            <Scope scope={entry.scope} entry={entry} />
          </li>
        ))}
      </ul>
      {enough.length > 0 && (
        <details>
          <summary className="text-soft">{t('who.wide', { count: enough.length })}</summary>
          <ul className="mt-2 grid gap-1">
            {enough.map((entry) => (
              <li key={entry.scope}>
                <Scope scope={entry.scope} entry={entry} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
