import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChangeOrganization } from '../../../api/organizations';
import { Button } from '../../../parts/Button';
import { Field } from '../../../parts/Field';
import { ProblemState } from '../../../parts/ProblemState';
import { useToasts } from '../../../parts/toasts';
import type { Organization } from './organization-queries';

/** Renames an organisation, which can be taken back. */
export function NameForm({ organization: { id, name } }: { organization: Organization }) {
  const { t } = useTranslation('settings');
  const tell = useToasts();
  const change = useChangeOrganization(id);
  const [typed, setTyped] = useState(name);
  const undo = () => change.mutate({ name }, { onSuccess: () => setTyped(name) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(
      { name: typed.trim() },
      { onSuccess: () => tell(t('organization.renamed', { name: typed.trim() }), undo) },
    );
  };
  const isNew = typed.trim() !== '' && typed.trim() !== name;
  return (
    <form onSubmit={submit} className="grid max-w-[640px] gap-3">
      <Field label={t('organization.name')} hint={t('organization.nameHint')}>
        {(control) => (
          <input
            {...control}
            required
            autoComplete="organization"
            maxLength={100}
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
          />
        )}
      </Field>
      {change.error && <ProblemState error={change.error} />}
      <div>
        <Button type="submit" disabled={!isNew || change.isPending}>
          {t('organization.rename')}
        </Button>
      </div>
    </form>
  );
}
