import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { teamsQuery } from '../../api/teams';
import { Button } from '../../parts/Button';
import { Choice, Field } from '../../parts/Field';
import { ProblemState } from '../../parts/ProblemState';
import { useToasts } from '../../parts/toasts';
import { type Share, sharesQuery, useShare, useUnshare } from './document-queries';

/** With which teams a document is shared. */
export function Shares({ id }: { id: string }) {
  const { t } = useTranslation('documents');
  const me = useMe();
  const tell = useToasts();
  const { data: shares, error, refetch } = useQuery(sharesQuery(id));
  const share = useShare(id);
  const unshare = useUnshare(id);
  const mayShare = may(me, 'documents:share');
  if (error) return <ProblemState error={error} retry={() => void refetch()} />;
  const end = ({ teamId, role, team }: Share) =>
    unshare.mutate(
      { teamId, role },
      { onSuccess: () => tell(t('share.ended', { team }), () => share.mutate({ teamId, role })) },
    );
  return (
    <section className="grid gap-2">
      <h2>{t('share.title')}</h2>
      {shares?.length === 0 && <p>{t('share.none')}</p>}
      <ul className="grid gap-1">
        {shares?.map((one) => (
          <li key={one.teamId} className="flex items-center gap-2">
            <span className="min-w-0 flex-1 break-words">
              {one.team} <span className="text-soft">{t(`share.may.${one.role}`)}</span>
            </span>
            {mayShare && one.source === null && (
              <Button
                aria-label={t('share.endOf', { team: one.team })}
                disabled={unshare.isPending}
                onClick={() => end(one)}
              >
                {t('share.end')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {unshare.error && <ProblemState error={unshare.error} />}
      {mayShare && may(me, 'teams:read') && shares && <NewShare id={id} shares={shares} />}
    </section>
  );
}

function NewShare({ id, shares }: { id: string; shares: readonly Share[] }) {
  const { t } = useTranslation('documents');
  const tell = useToasts();
  const teams = useQuery(teamsQuery).data ?? [];
  const share = useShare(id);
  const [role, setRole] = useState<Share['role']>('reader');
  const others = teams.filter((team) => !shares.some(({ teamId }) => teamId === team.id));
  if (others.length === 0) return null;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const teamId = new FormData(event.currentTarget).get('team') as string;
    share.mutate({ teamId, role }, { onSuccess: ({ team }) => tell(t('share.done', { team })) });
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap items-start gap-2">
      <Field label={t('share.team')}>
        {({ className: _own, ...control }) => (
          <Choice {...control} name="team">
            {others.map(({ id: teamId, name }) => (
              <option key={teamId} value={teamId}>
                {name}
              </option>
            ))}
          </Choice>
        )}
      </Field>
      <Field label={t('share.role')}>
        {({ className: _own, ...control }) => (
          <Choice {...control} value={role} onChange={({ target }) => setRole(target.value as Share['role'])}>
            {(['reader', 'editor'] as const).map((one) => (
              <option key={one} value={one}>
                {t(`share.may.${one}`)}
              </option>
            ))}
          </Choice>
        )}
      </Field>
      <Button type="submit" className="mt-6" disabled={share.isPending}>
        {t('share.share')}
      </Button>
      {share.error && <ProblemState error={share.error} />}
    </form>
  );
}
