import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { teamsQuery } from '../../api/teams';
import { usersQuery } from '../../api/users';
import { Choice, Field } from '../../parts/Field';
import type { Agent } from './agent-queries';

interface OwnerProps {
  agents: readonly Agent[];
  /** Empty for the person who asks. */
  owner: string;
  onChange: (owner: string) => void;
}

/** The person, a team that the person maintains, or an agent; for administrators also somebody else. */
export function OwnerField({ agents, owner, onChange }: OwnerProps) {
  const { t } = useTranslation('agents');
  const me = useMe();
  const isAdministrator = may(me, 'admin');
  const teams = useQuery({ ...teamsQuery, enabled: may(me, 'teams:read') }).data ?? [];
  const users = useQuery({ ...usersQuery, enabled: isAdministrator }).data ?? [];
  return (
    <Field label={t('column.owner')} hint={t('form.ownerHint')}>
      {({ className: _own, ...control }) => (
        <Choice {...control} value={owner} onChange={({ target }) => onChange(target.value)}>
          <option value="">{t('form.me', { name: me.user.name })}</option>
          {teams
            .filter(({ role }) => role === 'maintainer' || isAdministrator)
            .map(({ id, name }) => (
              <option key={id} value={id}>
                {t('form.team', { name })}
              </option>
            ))}
          {agents
            .filter(({ works }) => works)
            .map(({ id, name, ownerName }) => (
              <option key={id} value={id}>
                {t('form.agent', { name, owner: ownerName })}
              </option>
            ))}
          {users
            .filter(({ id, isActive }) => isActive && id !== me.user.id)
            .map(({ id, name, email }) => (
              <option key={id} value={id}>
                {name} ({email})
              </option>
            ))}
        </Choice>
      )}
    </Field>
  );
}
