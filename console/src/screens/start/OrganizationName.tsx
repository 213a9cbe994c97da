import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { Button } from '../../parts/Button';
import { Field } from '../../parts/Field';
import { ProblemState } from '../../parts/ProblemState';
import { useNameOrganization } from './start-queries';

const MOST_CHARACTERS = 100;

export function OrganizationName({ onNamed }: { onNamed: () => void }) {
  const { t } = useTranslation('start');
  const me = useMe();
  const { id, name } = me.organization;
  const [typed, setTyped] = useState(name);
  const save = useNameOrganization(id);
  if (!may(me, 'organizations:write')) return <p>{name}</p>;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed.trim() === name) onNamed();
    else save.mutate(typed.trim(), { onSuccess: onNamed });
  };
  return (
    <form onSubmit={submit} className="grid gap-3">
      <Field label={t('name')}>
        {(control) => (
          <input
            {...control}
            required
            autoFocus
            autoComplete="organization"
            maxLength={MOST_CHARACTERS}
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
          />
        )}
      </Field>
      {save.error && <ProblemState error={save.error} />}
      <div>
        <Button type="submit" disabled={save.isPending || typed.trim() === ''}>
          {t('save')}
        </Button>
      </div>
    </form>
  );
}
