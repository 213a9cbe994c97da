import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { teamsQuery } from '../../api/teams';
import { Button } from '../../parts/Button';
import { ProblemState } from '../../parts/ProblemState';
import { useToasts } from '../../parts/toasts';
import { type Share, sharesQuery, useShare, useUnshare } from './document-queries';
import { RoleField, shareIn, TeamField } from './share-fields';

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
            {one.source !== null && (
              <Link to="/documents/folders" className="text-accent underline">
                {t('share.byFolder', { source: one.source })}
              </Link>
            )}
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
  const others = teams.filter((team) => !shares.some(({ teamId }) => teamId === team.id));
  if (others.length === 0) return null;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    share.mutate(shareIn(new FormData(event.currentTarget)), {
      onSuccess: ({ team }) => tell(t('share.done', { team })),
    });
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap items-start gap-2">
      <TeamField teams={others} />
      <RoleField />
      <Button type="submit" className="mt-6" disabled={share.isPending}>
        {t('share.share')}
      </Button>
      {share.error && <ProblemState error={share.error} />}
    </form>
  );
}
