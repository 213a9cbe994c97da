import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { administrates, useMe } from '../../api/me';
import { useChangeOrganization } from '../../api/organizations';
import { Button } from '../../parts/Button';
import { Field } from '../../parts/Field';
import { ProblemState } from '../../parts/ProblemState';

const MOST_CHARACTERS = 100;

export function OrganizationName({ onNamed }: { onNamed: () => void }) {
  const { t } = useTranslation('start');
  const me = useMe();
  const { id, name } = me.organization;
  const [typed, setTyped] = useState(name);
  const save = useChangeOrganization(id);
  if (!administrates(me)) return <p>{name}</p>;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed.trim() === name) onNamed();
    else save.mutate({ name: typed.trim() }, { onSuccess: onNamed });
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
