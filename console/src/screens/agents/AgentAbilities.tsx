import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { scopesQuery } from '../../api/scopes';
import { Scope } from '../../parts/Scope';
import { StatusWord } from '../../parts/StatusWord';
import type { Agent } from './agent-queries';

/** What the agent may do now: what it was given, without what the agents above it do not hold. */
export function AgentAbilities({ agent: { scopes, heldScopes, works, ownerName } }: { agent: Agent }) {
  const { t } = useTranslation('agents');
  const catalogue = useQuery(scopesQuery).data ?? [];
  const entryOf = (scope: string) => catalogue.find((entry) => entry.scope === scope);
  const lost = scopes.filter((scope) => !heldScopes.includes(scope));
  return (
    <section className="grid gap-2">
      <h2>{t('can.title')}</h2>
      {!works && <p className="text-danger">{t('can.refused')}</p>}
      {lost.length > 0 && <p>{t('can.less', { owner: ownerName })}</p>}
      <ul className="grid gap-1">
        {heldScopes.map((scope) => (
          <li key={scope}>
            <Scope scope={scope} entry={entryOf(scope)} />
          </li>
        ))}
        {lost.map((scope) => (
          <li key={scope}>
            <s>
              <Scope scope={scope} />
            </s>{' '}
            <StatusWord meaning="attention">{t('can.lost')}</StatusWord>
          </li>
        ))}
      </ul>
    </section>
  );
}
