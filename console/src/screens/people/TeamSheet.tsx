import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { AuditLink } from '../../parts/AuditLink';
import { Button } from '../../parts/Button';
import { Fact } from '../../parts/Fact';
import { ProblemState } from '../../parts/ProblemState';
import { Sheet } from '../../parts/Sheet';
import { ShortId } from '../../parts/ShortId';
import { Time } from '../../parts/Time';
import { Waiting } from '../../parts/Waiting';
import { AgentList } from '../agents/AgentList';
import { ChangeTeam } from './ChangeTeam';
import { EndTeam } from './EndTeam';
import { teamLimitWords } from './team-limit';
import { type Team, teamQuery, useChangeTeam } from './team-queries';
import { TeamMembers } from './TeamMembers';

const route = getRouteApi('/people/teams/$teamId');

/** Who belongs to the team, what may it call, and how does it end? */
export function TeamSheet() {
  const { t } = useTranslation('people');
  const { teamId } = route.useParams();
  const navigate = route.useNavigate();
  const { data: team, error, refetch } = useQuery(teamQuery(teamId));
  const close = () => void navigate({ to: '/people/teams' });
  return (
    <Sheet title={team?.name ?? t('team.one')} onClose={close}>
      {error ? (
        <ProblemState error={error} retry={() => void refetch()} />
      ) : !team ? (
        <Waiting rows={6} />
      ) : (
        <Details team={team} onEnded={close} />
      )}
    </Sheet>
  );
}

function Details({ team, onEnded }: { team: Team; onEnded: () => void }) {
  const { t } = useTranslation('people');
  const me = useMe();
  const [asked, setAsked] = useState<'change' | 'end'>();
  const close = () => setAsked(undefined);
  const undo = useChangeTeam(team.id);
  // Whoever maintains it looks after its members. An administrator alone renames, limits and ends it.
  const mayChange = may(me, 'admin') || (team.role === 'maintainer' && may(me, 'teams:write'));
  return (
    <>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1">
        <Fact name={t('fact.limit')}>{teamLimitWords(t, team.requestsPerMinute)}</Fact>
        <Fact name={t('fact.since')}>
          <Time at={team.createdAt} />
        </Fact>
        <Fact name={t('fact.id')}>
          <ShortId id={team.id} />
        </Fact>
      </dl>
      <TeamMembers team={team} mayChange={mayChange} />
      {may(me, 'agents:read') && <AgentList owner={team.id} title={t('agentsOf')} />}
      <nav aria-label={t('team.links')} className="flex flex-wrap gap-x-4">
        {may(me, 'agents:read') && (
          <Link to="/agents" search={{ owner: team.id }} className="text-accent underline">
            {t('agentsOf')}
          </Link>
        )}
        <AuditLink search={{ actor: team.id }} />
      </nav>
      {may(me, 'admin') && (
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => setAsked('change')}>{t('team.change')}</Button>
          <Button kind="danger" onClick={() => setAsked('end')}>
            {t('team.end')}
          </Button>
        </div>
      )}
      {undo.error && <ProblemState error={undo.error} />}
      {asked === 'change' && <ChangeTeam team={team} onUndo={undo.mutate} onClose={close} />}
      {asked === 'end' && <EndTeam team={team} onEnded={onEnded} onClose={close} />}
    </>
  );
}
