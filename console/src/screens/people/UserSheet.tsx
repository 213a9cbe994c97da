import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { AuditLink } from '../../parts/AuditLink';
import { Fact } from '../../parts/Fact';
import { ProblemState } from '../../parts/ProblemState';
import { Sheet } from '../../parts/Sheet';
import { ShortId } from '../../parts/ShortId';
import { Time } from '../../parts/Time';
import { Waiting } from '../../parts/Waiting';
import { GrantList } from './GrantList';
import { type User, userQuery } from './people-queries';
import { SessionList } from './SessionList';
import { StrengthWord, UserStateWord } from './StrengthWord';
import { UserActions } from './UserActions';

const route = getRouteApi('/people/$userId');

/** What may the person do, how does the person come in, and how does that end? */
export function UserSheet() {
  const { t } = useTranslation('people');
  const { userId } = route.useParams();
  const navigate = route.useNavigate();
  const me = useMe();
  const { data: user, error, refetch } = useQuery(userQuery(userId));
  return (
    <Sheet title={user?.name ?? t('person')} onClose={() => void navigate({ to: '/people', search: true })}>
      {error ? (
        <ProblemState error={error} retry={() => void refetch()} />
      ) : !user ? (
        <Waiting rows={6} />
      ) : (
        <>
          <Facts user={user} />
          {may(me, 'users:write') && <UserActions user={user} />}
          <nav aria-label={t('links')} className="flex flex-wrap gap-x-4">
            <Link to="/keys" search={{ owner: user.id }} className="text-accent underline">
              {t('keysOf')}
            </Link>
            {may(me, 'agents:read') && (
              <Link to="/agents" search={{ owner: user.id }} className="text-accent underline">
                {t('agentsOf')}
              </Link>
            )}
            <AuditLink search={{ actor: user.id }} />
          </nav>
          <SessionList userId={user.id} />
          <GrantList userId={user.id} />
        </>
      )}
    </Sheet>
  );
}

function Facts({ user }: { user: User }) {
  const { t } = useTranslation('people');
  const { id, email, role, signsInBy, lastSeenAt, createdAt, isOperator } = user;
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1">
      <Fact name={t('column.state')}>
        <UserStateWord user={user} />
      </Fact>
      <Fact name={t('column.role')}>
        {t(`role.${role}`)}
        {isOperator && `, ${t('operator')}`}
      </Fact>
      <Fact name={t('column.strength')}>
        <StrengthWord user={user} /> {signsInBy?.map((way) => t(`way.${way}`)).join(', ')}
      </Fact>
      <Fact name={t('column.seen')}>
        <Time at={lastSeenAt} otherwise={t('notSeen')} />
      </Fact>
      <Fact name={t('fact.email')}>{email}</Fact>
      <Fact name={t('fact.since')}>
        <Time at={createdAt} />
      </Fact>
      <Fact name={t('fact.id')}>
        <ShortId id={id} />
      </Fact>
    </dl>
  );
}
