import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChangeOrganization } from '../../../api/organizations';
import { Button } from '../../../parts/Button';
import { CountField } from '../../../parts/CountField';
import { ProblemState } from '../../../parts/ProblemState';
import { useToasts } from '../../../parts/toasts';
import type { Organization } from './organization-queries';

/** How many calls a minute all of an organisation share. Only an operator sets it. */
export function LimitForm({ organization: { id, requestsPerMinute } }: { organization: Organization }) {
  const { t } = useTranslation('settings');
  const tell = useToasts();
  const change = useChangeOrganization(id);
  const [wanted, setWanted] = useState(requestsPerMinute);
  const undo = () => change.mutate({ requestsPerMinute }, { onSuccess: () => setWanted(requestsPerMinute) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
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
      <CountField
        label={t('limit.title')}
        hint={t('limit.hint')}
        most={1_000_000}
        count={wanted}
        onChange={setWanted}
      />
      {change.error && <ProblemState error={change.error} />}
      <div>
        <Button type="submit" disabled={wanted === requestsPerMinute || change.isPending}>
          {t('limit.save')}
        </Button>
      </div>
    </form>
  );
}
