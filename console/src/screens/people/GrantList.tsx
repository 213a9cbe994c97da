import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { scopesQuery } from '../../api/scopes';
import { Button } from '../../parts/Button';
import { ProblemState } from '../../parts/ProblemState';
import { Scope } from '../../parts/Scope';
import { Time } from '../../parts/Time';
import { useToasts } from '../../parts/toasts';
import { Waiting } from '../../parts/Waiting';
import { grantsQuery, useEndGrant } from './people-queries';

/** Which programs somebody has let in, with what they may do. */
export function GrantList({ userId }: { userId?: string }) {
  const { t } = useTranslation('people');
  const me = useMe();
  const tell = useToasts();
  const { data, error, refetch } = useQuery({ ...grantsQuery(userId), enabled: may(me, 'grants:read') });
  const scopes = useQuery(scopesQuery).data ?? [];
  const end = useEndGrant(userId);
  if (!may(me, 'grants:read')) return null;
  return (
    <section className="grid gap-2">
      <h2>{t('grant.title')}</h2>
      {error ? (
        <ProblemState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Waiting rows={2} />
      ) : data.length === 0 ? (
        <p className="text-soft">{t('grant.none')}</p>
      ) : (
        <ul className="divide-y divide-line rounded-control border border-line">
          {data.map(({ id, clientId, clientName, scopes: held, issuer, lastUsedAt }) => (
            <li key={id} className="flex items-start gap-3 p-3">
              <div className="grid min-w-0 flex-1 gap-1">
                <span className="truncate font-medium">{clientName ?? clientId}</span>
                <span className="text-soft">
                  {issuer !== null && `${t('grant.by', { issuer })} `}
                  {t('grant.used')} <Time at={lastUsedAt} otherwise={t('never')} />
                </span>
                <ul>
                  {held.map((scope) => (
                    <li key={scope}>
                      <Scope scope={scope} entry={scopes.find((entry) => entry.scope === scope)} />
                    </li>
                  ))}
                </ul>
              </div>
              {may(me, 'grants:write') && (
                <Button
                  aria-label={t('grant.endOne', { name: clientName ?? clientId })}
                  disabled={end.isPending}
                  onClick={() =>
                    end.mutate(id, {
                      onSuccess: () => tell(t('grant.ended', { name: clientName ?? clientId })),
                    })
                  }
                >
                  {t('grant.end')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {end.error && <ProblemState error={end.error} />}
    </section>
  );
}
