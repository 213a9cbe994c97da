import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { usersQuery } from '../../api/users';
import { Choice } from '../../parts/Field';
import { FilterChip } from '../../parts/FilterChip';
import { SearchField } from '../../parts/SearchField';
import { KEY_ORDERS, type KeyFilters, type KeyOrder, toggled, withoutKeys } from './key-filters';

const UNUSED_DAYS = 90;
const ENDS_DAYS = 7;
const MAX_WORDS = 100;

export function KeyFilterBar({ filters }: { filters: KeyFilters }) {
  const { t } = useTranslation('keys');
  const navigate = useNavigate();
  const search = useCallback(
    (text: string) => {
      const words = withoutKeys(text).slice(0, MAX_WORDS);
      void navigate({
        to: '/keys',
        replace: true,
        search: ({ words: _words, ...others }: KeyFilters) => (words === '' ? others : { ...others, words }),
      });
    },
    [navigate],
  );
  const { unused = UNUSED_DAYS, ends = ENDS_DAYS } = filters;
  const chips = [
    ['unused', unused, t('unused', { days: unused })],
    ['elevated', true, t('elevated')],
    ['ends', ends, t('endsWithin', { days: ends })],
    ['anyAddress', true, t('noAddresses')],
    ['ended', true, t('endedToo')],
  ] as const;
  return (
    <div className="grid gap-2" role="group" aria-label={t('filters')}>
      <div className="flex flex-wrap items-center gap-2">
        <SearchField
          label={t('search')}
          words={filters.words ?? ''}
          // A whole key may be pasted: only its beginning is searched for.
          maxLength={2 * MAX_WORDS}
          onSearch={search}
        />
        <Owner filters={filters} />
        <Order filters={filters} />
      </div>
      <div className="flex flex-wrap items-center gap-2">
        {chips.map(([name, value, label]) => (
          <FilterChip
            key={name}
            to="/keys"
            search={toggled(filters, name, value)}
            isOn={filters[name] !== undefined}
          >
            {label}
          </FilterChip>
        ))}
      </div>
    </div>
  );
}

function Owner({ filters }: { filters: KeyFilters }) {
  const { t } = useTranslation('keys');
  const me = useMe();
  const navigate = useNavigate();
  const seesOthers = may(me, 'users:read');
  const [isChoosing, setChoosing] = useState(filters.owner !== undefined);
  const users = useQuery({ ...usersQuery, enabled: seesOthers && isChoosing }).data ?? [];
  const { owner = '', ...others } = filters;
  return (
    <Choice
      aria-label={t('owner')}
      className="sm:max-w-60"
      onPointerEnter={() => setChoosing(true)}
      onFocus={() => setChoosing(true)}
      value={owner}
      onChange={({ target: { value } }) =>
        void navigate({
          to: '/keys',
          replace: true,
          search: value === '' ? others : { ...others, owner: value },
        })
      }
    >
      <option value="">{seesOthers ? t('everybodys') : t('allOfMine')}</option>
      <option value="mine">{t('mine')}</option>
      {users
        .filter(({ id }) => id !== me.user.id)
        .map(({ id, name, email }) => (
          <option key={id} value={id}>
            {name} ({email})
          </option>
        ))}
    </Choice>
  );
}

function Order({ filters }: { filters: KeyFilters }) {
  const { t } = useTranslation('keys');
  const navigate = useNavigate();
  const { order = 'risk', ...others } = filters;
  return (
    <Choice
      aria-label={t('orderBy')}
      className="sm:w-auto"
      value={order}
      onChange={({ target: { value } }) =>
        void navigate({
          to: '/keys',
          replace: true,
          search: value === 'risk' ? others : { ...others, order: value as KeyOrder },
        })
      }
    >
      {KEY_ORDERS.map((one) => (
        <option key={one} value={one}>
          {t(`order.${one}`)}
        </option>
      ))}
    </Choice>
  );
}
