import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { usersQuery } from '../../api/users';
import { FilterChip } from '../../parts/FilterChip';
import { Choice } from '../../parts/Field';
import type { KeyFilters } from './routes';

const UNUSED_DAYS = 90;

export function KeyFilterBar({ filters }: { filters: KeyFilters }) {
  const { t } = useTranslation('keys');
  const me = useMe();
  const navigate = useNavigate();
  const seesOthers = may(me, 'users:read');
  const [isChoosing, setChoosing] = useState(filters.owner !== undefined);
  const users = useQuery({ ...usersQuery, enabled: seesOthers && isChoosing }).data ?? [];
  const isUnused = filters.unused !== undefined;
  const { unused: _unused, ...others } = filters;
  return (
    <div className="flex flex-wrap items-center gap-2" role="group" aria-label={t('filters')}>
      <FilterChip to="/keys" search={isUnused ? others : { ...others, unused: UNUSED_DAYS }} isOn={isUnused}>
        {t('unused', { days: filters.unused ?? UNUSED_DAYS })}
      </FilterChip>
      {seesOthers && (
        <Choice
          aria-label={t('owner')}
          className="max-w-60"
          onPointerEnter={() => setChoosing(true)}
          onFocus={() => setChoosing(true)}
          value={filters.owner ?? ''}
          onChange={({ target: { value } }) => {
            const { owner: _owner, ...rest } = filters;
            void navigate({
              to: '/keys',
              replace: true,
              search: value === '' ? rest : { ...rest, owner: value },
            });
          }}
        >
          <option value="">{t('mine')}</option>
          {users
            .filter(({ id }) => id !== me.user.id)
            .map(({ id, name, email }) => (
              <option key={id} value={id}>
                {name} ({email})
              </option>
            ))}
        </Choice>
      )}
    </div>
  );
}
