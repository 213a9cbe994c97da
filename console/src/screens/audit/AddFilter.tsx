import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { usersQuery } from '../../api/users';
import { Ask } from '../../parts/Ask';
import { Button } from '../../parts/Button';
import { Choice, Field } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { type AuditSearch, TEXT_FILTERS, type TextFilter } from './audit-filters';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const IDS: readonly TextFilter[] = ['actor', 'userId', 'keyId', 'organizationId'];

/** Asks for one more filter. */
export function AddFilter({ search }: { search: AuditSearch }) {
  const { t } = useTranslation('audit');
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button className="h-8! rounded-full!" onClick={() => setOpen(true)}>
        <Icon name="add" /> {t('addFilter')}
      </Button>
      {isOpen && <NewFilter search={search} onClose={() => setOpen(false)} />}
    </>
  );
}

function NewFilter({ search, onClose }: { search: AuditSearch; onClose: () => void }) {
  const { t } = useTranslation('audit');
  const navigate = useNavigate();
  const [name, setName] = useState<TextFilter>('tool');
  const [value, setValue] = useState('');
  const isId = IDS.includes(name);
  const isWrong = value !== '' && isId && !UUID.test(value.trim());
  const isTime = name === 'from' || name === 'to';
  const add = () => {
    const { last, ...others } = search;
    const text = isTime ? new Date(value).toISOString() : value.trim();
    void navigate({
      to: '/audit',
      replace: true,
      search: { ...others, ...(!isTime && last && { last }), [name]: text },
    });
    onClose();
  };
  return (
    <Ask
      title={t('addFilter')}
      verb={t('filterBy')}
      isReady={value.trim() !== '' && !isWrong}
      isRunning={false}
      error={null}
      onDo={add}
      onClose={onClose}
    >
      <Field label={t('filterName')} hint={t(`filterHint.${name}`)}>
        {({ className: _own, ...control }) => (
          <Choice
            {...control}
            value={name}
            onChange={({ target }) => {
              setName(target.value as TextFilter);
              setValue('');
            }}
          >
            {TEXT_FILTERS.map((one) => (
              <option key={one} value={one}>
                {t(`filter.${one}`)}
              </option>
            ))}
          </Choice>
        )}
      </Field>
      <Field label={t('filterValue')} problem={isWrong ? t('notAnId') : undefined}>
        {(control) => (
          <>
            <input
              {...control}
              type={isTime ? 'datetime-local' : 'text'}
              step={isTime ? 1 : undefined}
              value={value}
              list={`${control.id}-known`}
              autoComplete="off"
              onChange={({ target }) => setValue(target.value)}
            />
            <Known id={`${control.id}-known`} name={name} />
          </>
        )}
      </Field>
    </Ask>
  );
}

/** What the console knows of possible values. */
function Known({ id, name }: { id: string; name: TextFilter }) {
  const me = useMe();
  const isPerson = name === 'actor' || name === 'userId';
  const users = useQuery({ ...usersQuery, enabled: isPerson && may(me, 'users:read') }).data ?? [];
  return (
    <datalist id={id}>
      {name === 'tool' && me.toolAccess.map((tool) => <option key={tool.name} value={tool.name} />)}
      {isPerson &&
        users.map((user) => (
          <option key={user.id} value={user.id}>
            {user.name} ({user.email})
          </option>
        ))}
    </datalist>
  );
}
