import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { isManagement, may, useMe } from '../../api/me';
import { type ScopeEntry, scopesQuery } from '../../api/scopes';
import { inWords, scopeWords } from '../../language/said';
import { ProblemState } from '../../parts/ProblemState';
import { RiskWord } from '../../parts/Scope';
import { Waiting } from '../../parts/Waiting';

interface PickerProps {
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
  isForAgent: boolean;
  /** What bounds the choice beside what the person holds. */
  within?: readonly string[];
  /** What was given before, which is offered whether or not a new choice would have it. */
  held?: readonly string[];
}

/** Scopes by what they are for: the tools that each opens, with its risk. Wide scopes are left to the REST interface. */
export function ScopePicker({ chosen, onChange, isForAgent, within, held = [] }: PickerProps) {
  const { t } = useTranslation('keys');
  const me = useMe();
  const { data, error, refetch } = useQuery(scopesQuery);
  if (error) return <ProblemState error={error} retry={() => void refetch()} />;
  if (!data) return <Waiting rows={8} />;
  const isHeld = (scope: string) => may(me, scope) && (!within || may({ scopes: [...within] }, scope));
  const offered = data.filter(({ scope }) => /:[^*]+$/.test(scope) && isHeld(scope));
  const forTools = offered.filter(({ scope }) => !isManagement(scope));
  const forPeople = offered.filter(({ scope }) => isManagement(scope));
  const shown = isForAgent ? forTools : offered;
  const further = data.filter((entry) => held.includes(entry.scope) && !shown.includes(entry));
  const toggle = (scope: string) => {
    const next = new Set(chosen);
    if (!next.delete(scope)) next.add(scope);
    onChange(next);
  };
  const list = (entries: ScopeEntry[]) => (
    <ul className="divide-y divide-line rounded-control border border-line">
      {entries.map((entry) => (
        <Choice key={entry.scope} entry={entry} isChosen={chosen.has(entry.scope)} toggle={toggle} />
      ))}
    </ul>
  );
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 font-medium">{t('form.scopes')}</legend>
      <p className="text-soft">{t('form.scopesHint')}</p>
      {further.length > 0 && list(further)}
      {list(forTools)}
      {!isForAgent && (
        <details>
          <summary className="text-soft">{t('form.management', { count: forPeople.length })}</summary>
          <div className="mt-2">{list(forPeople)}</div>
        </details>
      )}
    </fieldset>
  );
}

interface ChoiceProps {
  entry: ScopeEntry;
  isChosen: boolean;
  toggle: (scope: string) => void;
}

function Choice({ entry: { scope, description, use, risk, tools }, isChosen, toggle }: ChoiceProps) {
  const { t } = useTranslation('keys');
  return (
    <li>
      <label className="flex cursor-pointer gap-3 p-3 hover:bg-raised" title={inWords(use)}>
        <input
          type="checkbox"
          className="mt-0.5 size-4 accent-accent"
          name="scopes"
          value={scope}
          checked={isChosen}
          onChange={() => toggle(scope)}
        />
        <span className="grid min-w-0 flex-1">
          <span className="flex flex-wrap items-center gap-2">
            {scopeWords({ scope, description })} <RiskWord risk={risk} />
          </span>
          <span className="text-soft">
            <code className="font-mono">{scope}</code>
            {tools.length > 0 && ` ${t('form.tools', { tools: tools.join(', ') })}`}
          </span>
        </span>
      </label>
    </li>
  );
}
