import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../parts/Button';
import { EmptyState } from '../../parts/EmptyState';
import { Icon } from '../../parts/Icon';
import { ProblemState } from '../../parts/ProblemState';
import { useToasts } from '../../parts/toasts';
import { lineOf, type SynonymGroups, useReplaceSynonyms, wordsIn } from './synonym-queries';

/** One line for each group. All of them are saved at once, and come back at once. */
export function SynonymsForm({ groups }: { groups: SynonymGroups }) {
  const { t } = useTranslation('documents');
  const tell = useToasts();
  const replace = useReplaceSynonyms();
  const adding = useRef<HTMLButtonElement>(null);
  const [typed, setTyped] = useState<readonly string[]>();
  const lines = typed ?? groups.map(lineOf);
  const wanted = lines.map(wordsIn).filter(({ length }) => length > 0);
  const isNew = JSON.stringify(wanted) !== JSON.stringify(groups);

  const add = () => setTyped([...lines, '']);
  const remove = (place: number) => {
    setTyped(lines.toSpliced(place, 1));
    // Its button goes with the last line, and what is pressed next must be somewhere.
    if (place === lines.length - 1) adding.current?.focus();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isNew) return;
    replace.mutate(wanted, {
      onSuccess: () => {
        setTyped(undefined);
        tell(t(wanted.length === 0 ? 'synonyms.emptied' : 'synonyms.saved'), () => replace.mutate(groups));
      },
    });
  };
  const addButton = (
    <Button ref={adding} onClick={add}>
      <Icon name="add" /> {t('synonyms.add')}
    </Button>
  );
  if (groups.length === 0 && lines.length === 0)
    return (
      <>
        <EmptyState text={t('synonyms.none')}>{addButton}</EmptyState>
        {replace.error && <ProblemState error={replace.error} />}
      </>
    );
  return (
    <form onSubmit={submit} className="grid max-w-[760px] gap-4">
      <p>{t('synonyms.about')}</p>
      <ul className="grid gap-2">
        {lines.map((line, place) => (
          // A line is known by its place: a removed one leaves the focus to the next.
          <li key={place} className="flex gap-2">
            <input
              aria-label={t('synonyms.group', { number: place + 1 })}
              autoComplete="off"
              // A line without words is one that was just added.
              autoFocus={line === ''}
              value={line}
              onChange={({ target }) => setTyped(lines.with(place, target.value))}
              className="min-h-9 w-full min-w-0 rounded-control border border-line-strong bg-back px-3"
            />
            <Button aria-label={t('synonyms.removeOf', { number: place + 1 })} onClick={() => remove(place)}>
              {t('synonyms.remove')}
            </Button>
          </li>
        ))}
      </ul>
      {replace.error && <ProblemState error={replace.error} />}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" kind="primary" disabled={!isNew || replace.isPending}>
          {t('synonyms.save')}
        </Button>
        {addButton}
        {typed && <Button onClick={() => setTyped(undefined)}>{t('leave')}</Button>}
      </div>
    </form>
  );
}
