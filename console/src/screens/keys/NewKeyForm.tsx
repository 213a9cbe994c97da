import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { agentsQuery } from '../../api/agents';
import { may, useMe } from '../../api/me';
import type { Problem } from '../../api/problem';
import { Button } from '../../parts/Button';
import { EndField } from '../../parts/EndField';
import { Choice, Field } from '../../parts/Field';
import { endAfter, USUAL_LIFE } from '../../parts/lives';
import { ProblemState } from '../../parts/ProblemState';
import { AddressField } from './AddressField';
import { addressesOf } from './addresses';
import type { NewKey } from './key-queries';
import { ScopePicker } from './ScopePicker';

interface FormProps {
  isRunning: boolean;
  error: Problem | null;
  onCreate: (key: NewKey) => void;
}

export function NewKeyForm({ isRunning, error, onCreate }: FormProps) {
  const { t } = useTranslation('keys');
  const [scopes, setScopes] = useState<ReadonlySet<string>>(new Set());
  const [days, setDays] = useState(USUAL_LIFE);
  const [owner, setOwner] = useState('');
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onCreate(newKeyOf(new FormData(event.currentTarget), [...scopes], days, owner));
  };
  return (
    <form onSubmit={submit} className="grid max-w-[640px] gap-6">
      <Field label={t('form.name')} hint={t('form.nameHint')}>
        {(control) => (
          <input {...control} name="name" required maxLength={100} autoComplete="off" autoFocus />
        )}
      </Field>
      <EndField label={t('form.ends')} hint={t('form.endsHint')} days={days} onChange={setDays} />
      <Owner owner={owner} onChange={setOwner} />
      <ScopePicker chosen={scopes} onChange={setScopes} isForAgent={owner !== ''} />
      <AddressField name="addresses" />
      <Field label={t('form.limit')} hint={t('form.limitHint')}>
        {(control) => <input {...control} name="limit" type="number" min={1} max={1_000_000} />}
      </Field>
      {error && <ProblemState error={error} />}
      <div>
        <Button type="submit" kind="primary" disabled={isRunning || scopes.size === 0}>
          {t('create')}
        </Button>
      </div>
    </form>
  );
}

/** The person, the person's agents in general, or one agent that has an account of its own. */
function Owner({ owner, onChange }: { owner: string; onChange: (owner: string) => void }) {
  const { t } = useTranslation('keys');
  const me = useMe();
  const agents = useQuery({ ...agentsQuery, enabled: may(me, 'agents:read') }).data ?? [];
  return (
    <Field label={t('form.owner')} hint={owner === '' ? t('form.personHint') : t('form.agentHint')}>
      {({ className: _own, ...control }) => (
        <Choice {...control} value={owner} onChange={({ target }) => onChange(target.value)}>
          <option value="">{t('form.me', { name: me.user.name })}</option>
          <option value={MARKED}>{t('form.myAgent')}</option>
          {agents
            .filter(({ works }) => works)
            .map(({ id, name, ownerName }) => (
              <option key={id} value={id}>
                {t('form.agent', { name, owner: ownerName })}
              </option>
            ))}
        </Choice>
      )}
    </Field>
  );
}

/** A key of the person that is marked for an agent. */
const MARKED = 'marked';

function newKeyOf(form: FormData, scopes: string[], days: string, owner: string): NewKey {
  const text = (name: string) => (form.get(name) as string).trim();
  const addresses = addressesOf(text('addresses'));
  return {
    name: text('name'),
    scopes,
    expiresAt: endAfter(days),
    ...(owner === MARKED && { agent: true }),
    ...(owner !== '' && owner !== MARKED && { userId: owner }),
    ...(addresses.length > 0 && { ipAllowlist: addresses }),
    ...(text('limit') !== '' && { requestsPerMinute: Number(text('limit')) }),
  };
}
