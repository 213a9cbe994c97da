import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { teamsQuery } from '../../api/teams';
import { Button } from '../../parts/Button';
import { Field } from '../../parts/Field';
import { ProblemState } from '../../parts/ProblemState';
import { useToasts } from '../../parts/toasts';
import { type FolderShare, useShareFolder } from './folder-queries';
import { RoleField, shareIn, TeamField } from './share-fields';

/** Shares a folder by the name that its import gave it. Those that are shared already are proposed. */
export function NewFolderShare({ shares }: { shares: readonly FolderShare[] }) {
  const { t } = useTranslation('documents');
  const tell = useToasts();
  const known = useId();
  const { data: teams } = useQuery(teamsQuery);
  const share = useShareFolder();
  if (!teams) return null;
  if (teams.length === 0) return <p className="text-soft">{t('folder.noTeam')}</p>;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const source = (fields.get('source') as string).trim();
    share.mutate(
      { source, ...shareIn(fields) },
      {
        onSuccess: ({ team, documents }) => {
          form.reset();
          tell(t('folder.done', { source, team, count: documents }));
        },
      },
    );
  };
  return (
    <section className="grid gap-2">
      <h2>{t('folder.share')}</h2>
      <form onSubmit={submit} className="flex flex-wrap items-start gap-2">
        <Field label={t('folder.source')} hint={t('folder.sourceHint')}>
          {(control) => (
            <input {...control} name="source" required maxLength={255} autoComplete="off" list={known} />
          )}
        </Field>
        <datalist id={known}>
          {[...new Set(shares.map(({ source }) => source))].map((source) => (
            <option key={source} value={source} />
          ))}
        </datalist>
        <TeamField teams={teams} />
        <RoleField />
        <Button type="submit" className="mt-6" disabled={share.isPending}>
          {t('share.share')}
        </Button>
      </form>
      {share.error && <ProblemState error={share.error} />}
    </section>
  );
}
