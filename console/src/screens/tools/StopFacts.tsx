import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { usersQuery } from '../../api/users';
import { Fact } from '../../parts/Fact';
import { ShortId } from '../../parts/ShortId';
import { Time } from '../../parts/Time';
import type { StopOfCalls } from './tool-queries';

/** Who stopped calls, when, for how long, and what callers are told. */
export function StopFacts({ stop: { message, until, stoppedAt, stoppedBy } }: { stop: StopOfCalls }) {
  const { t } = useTranslation('tools');
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1">
      <Fact name={t('stop.message')}>
        {message ?? <span className="text-soft">{t('stop.noMessage')}</span>}
      </Fact>
      <Fact name={t('stop.since')}>
        <Time at={stoppedAt} />
      </Fact>
      <Fact name={t('stop.ends')}>
        <Time at={until} otherwise={t('stop.end.never')} />
      </Fact>
      <Fact name={t('stop.by')}>
        <Stopper id={stoppedBy} />
      </Fact>
    </dl>
  );
}

/** The name of a person where that is known, and else the id. */
function Stopper({ id }: { id: string }) {
  const me = useMe();
  const people = useQuery({ ...usersQuery, enabled: may(me, 'users:read') }).data ?? [];
  return people.find((person) => person.id === id)?.name ?? <ShortId id={id} />;
}
