import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { agentsQuery } from '../../api/agents';
import { may, useMe } from '../../api/me';
import type { Problem } from '../../api/problem';
import { Button } from '../../parts/Button';
import { EndField } from '../../parts/EndField';
import { Field } from '../../parts/Field';
import { endAfter, USUAL_LIFE } from '../../parts/lives';
import { ProblemState } from '../../parts/ProblemState';
import { ScopePicker } from '../keys/ScopePicker';
import type { NewAgent } from './agent-queries';
import { MAKES_AGENTS } from './makes-agents';
import { OwnerField } from './OwnerField';

interface FormProps {
  isRunning: boolean;
  error: Problem | null;
  onCreate: (agent: NewAgent) => void;
}

export function NewAgentForm({ isRunning, error, onCreate }: FormProps) {
  const { t } = useTranslation('agents');
  const me = useMe();
  const [owner, setOwner] = useState('');
  const [days, setDays] = useState(USUAL_LIFE);
  const [scopes, setScopes] = useState<ReadonlySet<string>>(new Set());
  const agents = useQuery({ ...agentsQuery, enabled: may(me, 'agents:read') }).data ?? [];
  const above = agents.find(({ id }) => id === owner)?.heldScopes;
  const isHeld = (scope: string) => above === undefined || may({ scopes: above }, scope);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const chosen = [...scopes].filter(isHeld);
    onCreate(newAgentOf(new FormData(event.currentTarget), chosen, days, owner));
  };
  const hasScopes = [...scopes].some(isHeld);
  return (
    <form onSubmit={submit} className="grid max-w-[640px] gap-6">
      <Field label={t('column.name')} hint={t('form.nameHint')}>
        {(control) => (
          <input {...control} name="name" required maxLength={100} autoComplete="off" autoFocus />
        )}
      </Field>
      <Field label={t('fact.description')} hint={t('form.descriptionHint')}>
        {(control) => <textarea {...control} name="description" rows={2} maxLength={500} />}
      </Field>
      <OwnerField agents={agents} owner={owner} onChange={setOwner} />
      <ScopePicker chosen={scopes} onChange={setScopes} isForAgent {...(above && { within: above })} />
      {may(me, MAKES_AGENTS) && isHeld(MAKES_AGENTS) && (
        <label className="flex gap-3">
          <input type="checkbox" name="makesAgents" className="mt-0.5 size-4 accent-accent" />
          <span className="grid">
            {t('form.makesAgents')}
            <span className="text-soft">{t('form.makesAgentsHint')}</span>
          </span>
        </label>
      )}
      <EndField
        label={t('form.ends')}
        hint={t('form.endsHint')}
        days={days}
        onChange={setDays}
        others={{ '': t('form.never') }}
      />
      <Field label={t('form.limit')} hint={t('form.limitHint')}>
        {(control) => <input {...control} name="limit" type="number" min={1} max={1_000_000} />}
      </Field>
      {error && <ProblemState error={error} />}
      <div>
        <Button type="submit" kind="primary" disabled={isRunning || !hasScopes}>
          {t('create')}
        </Button>
      </div>
    </form>
  );
}

function newAgentOf(form: FormData, scopes: string[], days: string, owner: string): NewAgent {
  const text = (name: string) => (form.get(name) as string).trim();
  return {
    name: text('name'),
    scopes: form.has('makesAgents') ? [...scopes, MAKES_AGENTS] : scopes,
    endsAt: days === '' ? null : endAfter(days),
    withKey: true,
    ...(text('description') !== '' && { description: text('description') }),
    ...(owner !== '' && { ownerId: owner }),
    ...(text('limit') !== '' && { requestsPerMinute: Number(text('limit')) }),
  };
}
