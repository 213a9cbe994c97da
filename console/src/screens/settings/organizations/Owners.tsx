import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { runsService, useMe } from '../../../api/me';
import { usersQuery } from '../../../api/users';
import { Button } from '../../../parts/Button';
import { Choice, Field } from '../../../parts/Field';
import { ProblemState } from '../../../parts/ProblemState';
import { useToasts } from '../../../parts/toasts';
import { Waiting } from '../../../parts/Waiting';
import { type Member, ownersQuery, useGiveRole } from './organization-queries';

/** Who owns the organisation: administrators whom no other one removes. Owners and operators make them. */
export function Owners({ organizationId }: { organizationId: string }) {
  const { t } = useTranslation('settings');
  const me = useMe();
  const tell = useToasts();
  const { data, error, refetch } = useQuery(ownersQuery(organizationId));
  const give = useGiveRole(organizationId);
  const mayGive = me.user.isOperator || (me.user.role === 'owner' && !runsService(me));
  const take = ({ id, name }: Member) =>
    give.mutate(
      { userId: id, role: 'admin' },
      {
        onSuccess: () => tell(t('owner.taken', { name }), () => give.mutate({ userId: id, role: 'owner' })),
      },
    );
  return (
    <section className="grid max-w-[640px] gap-2">
      <h2>{t('owner.title')}</h2>
      <p className="text-soft">{t('owner.about')}</p>
      {error ? (
        <ProblemState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Waiting rows={2} />
      ) : data.length === 0 ? (
        <p>{t('owner.none')}</p>
      ) : (
        <ul className="divide-y divide-line rounded-control border border-line">
          {data.map((owner) => (
            <li key={owner.id} className="flex min-h-12 items-center gap-3 px-3 py-1">
              <span className="min-w-0 flex-1 truncate">
                {owner.name} <span className="text-soft">{owner.email}</span>
              </span>
              {mayGive && (
                <Button
                  disabled={give.isPending}
                  aria-label={t('owner.takeFrom', { name: owner.name })}
                  onClick={() => take(owner)}
                >
                  {t('owner.take')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {mayGive && data && <MakeOwner organizationId={organizationId} owners={data} />}
      {!mayGive && <p className="text-soft">{t('owner.whoMay')}</p>}
      {give.error && <ProblemState error={give.error} />}
    </section>
  );
}

function MakeOwner({ organizationId, owners }: { organizationId: string; owners: readonly Member[] }) {
  const { t } = useTranslation('settings');
  const tell = useToasts();
  const users = useQuery(usersQuery).data ?? [];
  const give = useGiveRole(organizationId);
  const others = users.filter(({ id, role }) => role !== 'owner' && !owners.some((owner) => owner.id === id));
  const make = (userId: string) => {
    const user = users.find(({ id }) => id === userId);
    if (!user) return;
    const { name, role } = user;
    give.mutate(
      { userId, role: 'owner' },
      { onSuccess: () => tell(t('owner.made', { name }), () => give.mutate({ userId, role })) },
    );
  };
  return (
    <>
      <Field label={t('owner.make')}>
        {({ className: _own, ...control }) => (
          <Choice
            {...control}
            value=""
            disabled={give.isPending}
            onChange={({ target }) => make(target.value)}
          >
            <option value="">{t('owner.choose')}</option>
            {others.map(({ id, name, email }) => (
              <option key={id} value={id}>
                {name} ({email})
              </option>
            ))}
          </Choice>
        )}
      </Field>
      {give.error && <ProblemState error={give.error} />}
    </>
  );
}
