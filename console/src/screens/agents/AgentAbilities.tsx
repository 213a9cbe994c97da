import { useTranslation } from 'react-i18next';
import { HeldScopes } from '../../parts/HeldScopes';
import type { Agent } from './agent-queries';

/** What the agent may do now: what it was given, without what the agents above it do not hold. */
export function AgentAbilities({ agent: { scopes, heldScopes, works, ownerName } }: { agent: Agent }) {
  const { t } = useTranslation('agents');
  const lost = scopes.filter((scope) => !heldScopes.includes(scope));
  return (
    <section className="grid gap-2">
      <h2>{t('can.title')}</h2>
      {!works && <p className="text-danger">{t('can.refused')}</p>}
      {lost.length > 0 && <p>{t('can.less', { owner: ownerName })}</p>}
      <HeldScopes held={heldScopes} lost={lost} lostWord={t('can.lost')} />
    </section>
  );
}
