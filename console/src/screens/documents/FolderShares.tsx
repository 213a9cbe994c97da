import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { Button } from '../../parts/Button';
import { ProblemState } from '../../parts/ProblemState';
import { useToasts } from '../../parts/toasts';
import { type FolderShare, useShareFolder, useUnshareFolder } from './folder-queries';
import { RoleChoice } from './share-fields';

/** The folders of the person that teams find, each with what its members may do. */
export function FolderShares({ shares }: { shares: readonly FolderShare[] }) {
  const { t } = useTranslation('documents');
  const mayShare = may(useMe(), 'documents:share');
  const tell = useToasts();
  const share = useShareFolder();
  const unshare = useUnshareFolder();
  const change = ({ source, teamId, team, role: former }: FolderShare, role: FolderShare['role']) =>
    share.mutate(
      { source, teamId, role },
      {
        onSuccess: () =>
          tell(t(`folder.changed.${role}`, { source, team }), () =>
            share.mutate({ source, teamId, role: former }),
          ),
      },
    );
  const end = ({ source, teamId, team, role }: FolderShare) =>
    unshare.mutate(
      { source, teamId },
      {
        onSuccess: () =>
          tell(t('folder.ended', { source, team }), () => share.mutate({ source, teamId, role })),
      },
    );
  const problem = share.error ?? unshare.error;
  return (
    <section className="grid gap-2">
      <p>{t('folder.about')}</p>
      <ul className="divide-y divide-line rounded-control border border-line">
        {shares.map((one) => {
          const { source, teamId, team, role, documents } = one;
          return (
            <li key={`${teamId} ${source}`} className="flex min-h-12 flex-wrap items-center gap-3 px-3 py-1">
              <span className="min-w-0 grow basis-60 break-words">
                <span className="font-medium">{source}</span>{' '}
                <span className="text-soft">{t('folder.with', { team, count: documents })}</span>
              </span>
              {mayShare ? (
                <>
                  <RoleChoice
                    aria-label={t('folder.roleOf', { source, team })}
                    className="max-w-40"
                    value={role}
                    disabled={share.isPending}
                    onChange={({ target }) => change(one, target.value as FolderShare['role'])}
                  />
                  <Button
                    aria-label={t('folder.endOf', { source, team })}
                    disabled={unshare.isPending}
                    onClick={() => end(one)}
                  >
                    {t('share.end')}
                  </Button>
                </>
              ) : (
                <span className="text-soft">{t(`share.may.${role}`)}</span>
              )}
            </li>
          );
        })}
      </ul>
      {problem && <ProblemState error={problem} />}
    </section>
  );
}
