import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { teamsQuery } from '../../api/teams';
import { usersQuery } from '../../api/users';
import { Choice } from '../../parts/Field';
import { FilterChip } from '../../parts/FilterChip';
import type { AgentFilters } from './routes';

const UNUSED_DAYS = 90;

export function AgentFilterBar({ filters }: { filters: AgentFilters }) {
  const { t } = useTranslation('agents');
  const { show, unused, elevated, ...ofOwner } = filters;
  const scoped = { ...ofOwner, ...(elevated && { elevated }) };
  const aged = { ...ofOwner, ...(unused !== undefined && { unused }) };
  const stopped = { ...scoped, ...(unused !== undefined && { unused }) };
  const shown = show === undefined ? {} : { show };
  const days = unused ?? UNUSED_DAYS;
  return (
    <div className="flex flex-wrap items-center gap-2" role="group" aria-label={t('filters')}>
      <FilterChip
        to="/agents"
        search={{ ...scoped, ...shown, ...(unused === undefined && { unused: days }) }}
        isOn={unused !== undefined}
      >
        {t('unused', { days })}
      </FilterChip>
      <FilterChip
        to="/agents"
        search={{ ...aged, ...shown, ...(!elevated && { elevated: true as const }) }}
        isOn={elevated === true}
      >
        {t('elevated')}
      </FilterChip>
      {(['stopped', 'retired'] as const).map((one) => (
        <FilterChip
          key={one}
          to="/agents"
          search={show === one ? stopped : { ...stopped, show: one }}
          isOn={show === one}
        >
          {t(`show.${one}`)}
        </FilterChip>
      ))}
      <OwnerChoice filters={filters} />
    </div>
  );
}

/** Whose agents: read when somebody is about to choose. */
function OwnerChoice({ filters: { owner, ...others } }: { filters: AgentFilters }) {
  const { t } = useTranslation('agents');
  const me = useMe();
  const navigate = useNavigate();
  const [isChoosing, setChoosing] = useState(owner !== undefined);
  const users = useQuery({ ...usersQuery, enabled: isChoosing && may(me, 'users:read') }).data ?? [me.user];
  const teams = useQuery({ ...teamsQuery, enabled: isChoosing && may(me, 'teams:read') }).data ?? [];
  const isKnown = [...users, ...teams].some(({ id }) => id === owner);
  return (
    <Choice
      aria-label={t('owner')}
      className="max-w-60"
      onPointerEnter={() => setChoosing(true)}
      onFocus={() => setChoosing(true)}
      value={owner ?? ''}
      onChange={({ target: { value } }) =>
        void navigate({
          to: '/agents',
          replace: true,
          search: value === '' ? others : { ...others, owner: value },
        })
      }
    >
      <option value="">{t('ofAll')}</option>
      {owner !== undefined && !isKnown && <option value={owner}>{t('ofOne')}</option>}
      {users.map(({ id, name, email }) => (
        <option key={id} value={id}>
          {name} ({email})
        </option>
      ))}
      {teams.map(({ id, name }) => (
        <option key={id} value={id}>
          {t('form.team', { name })}
        </option>
      ))}
    </Choice>
  );
}
