import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { Button } from '../../parts/Button';
import { ProblemState } from '../../parts/ProblemState';
import { StatusWord } from '../../parts/StatusWord';
import { Time } from '../../parts/Time';
import { useToasts } from '../../parts/toasts';
import { Waiting } from '../../parts/Waiting';
import { sessionsQuery, useEndSession, useEndSessions } from './people-queries';

/** Where somebody is signed in. Each session is ended by itself, or all but the one that asks. */
export function SessionList({ userId }: { userId?: string }) {
  const { t } = useTranslation('people');
  const me = useMe();
  const tell = useToasts();
  const { data, error, refetch } = useQuery(sessionsQuery(userId));
  const end = useEndSession(userId);
  const endAll = useEndSessions(userId);
  const others = data?.filter(({ current }) => !current) ?? [];
  const ended = { onSuccess: () => tell(t('session.ended')) };
  return (
    <section className="grid gap-2">
      <div className="flex min-h-9 flex-wrap items-center justify-between gap-2">
        <h2>{t('session.title')}</h2>
        {others.length > 1 && may(me, 'sessions:write') && (
          <Button
            kind="danger"
            disabled={endAll.isPending}
            onClick={() =>
              endAll.mutate(undefined, {
                onSuccess: () => tell(t('session.allEnded', { count: others.length })),
              })
            }
          >
            {t('session.endAll', { count: others.length })}
          </Button>
        )}
      </div>
      {error ? (
        <ProblemState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Waiting rows={2} />
      ) : data.length === 0 ? (
        <p className="text-soft">{t('session.none')}</p>
      ) : (
        <ul className="divide-y divide-line rounded-control border border-line">
          {data.map(({ id, current, signedInBy, ip, userAgent, lastSeenAt, expiresAt }) => (
            <li key={id} className="flex items-center gap-3 p-3">
              <div className="grid min-w-0 flex-1">
                <span className="truncate" title={userAgent ?? undefined}>
                  {userAgent ?? t('session.unknown')}
                </span>
                <span className="text-soft">
                  {signedInBy.map((way) => t(`way.${way}`)).join(', ')}, {ip ?? t('session.noAddress')},{' '}
                  {t('session.seen')} <Time at={lastSeenAt} />, {t('session.ends')} <Time at={expiresAt} />
                </span>
              </div>
              {current ? (
                <StatusWord meaning="info">{t('session.this')}</StatusWord>
              ) : (
                may(me, 'sessions:write') && (
                  <Button disabled={end.isPending} onClick={() => end.mutate(id, ended)}>
                    {t('session.end')}
                  </Button>
                )
              )}
            </li>
          ))}
        </ul>
      )}
      {(end.error ?? endAll.error) && <ProblemState error={end.error ?? endAll.error} />}
    </section>
  );
}
