import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChangeOrganization } from '../../../api/organizations';
import { Button } from '../../../parts/Button';
import { Field } from '../../../parts/Field';
import { ProblemState } from '../../../parts/ProblemState';
import { useToasts } from '../../../parts/toasts';
import type { Organization } from './organization-queries';

/** How many calls a minute all of an organisation share. Only an operator sets it. */
export function LimitForm({ organization: { id, requestsPerMinute } }: { organization: Organization }) {
  const { t } = useTranslation('settings');
  const tell = useToasts();
  const change = useChangeOrganization(id);
  const present = String(requestsPerMinute ?? '');
  const [typed, setTyped] = useState(present);
  const undo = () => change.mutate({ requestsPerMinute }, { onSuccess: () => setTyped(present) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wanted = typed === '' ? null : Number(typed);
    change.mutate(
      { requestsPerMinute: wanted },
      {
        onSuccess: () =>
          tell(
            wanted === null ? t('limit.none') : t('limit.set', { limit: t('perMinute', { count: wanted }) }),
            undo,
          ),
      },
    );
  };
  return (
    <form onSubmit={submit} className="grid gap-3">
      <Field label={t('limit.title')} hint={t('limit.hint')}>
        {(control) => (
          <input
            {...control}
            type="number"
            min={1}
            max={1_000_000}
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
          />
        )}
      </Field>
      {change.error && <ProblemState error={change.error} />}
      <div>
        <Button type="submit" disabled={typed === present || change.isPending}>
          {t('limit.save')}
        </Button>
      </div>
    </form>
  );
}
