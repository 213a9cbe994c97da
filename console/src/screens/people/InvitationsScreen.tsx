import { useInfiniteQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { Button } from '../../parts/Button';
import { type Column, DataTable } from '../../parts/DataTable';
import { EmptyState } from '../../parts/EmptyState';
import { Icon } from '../../parts/Icon';
import { ProblemState } from '../../parts/ProblemState';
import { Time } from '../../parts/Time';
import { useToasts } from '../../parts/toasts';
import { Waiting } from '../../parts/Waiting';
import { Invite } from './Invite';
import { type Invitation, invitationListQuery, useWithdraw } from './people-queries';
import { PeopleHeader } from './PeopleHeader';

const invitationColumns = (t: TFunction<'people'>): Column<Invitation>[] => [
  { id: 'email', header: t('fact.email'), cell: ({ email }) => email },
  {
    id: 'name',
    header: t('column.name'),
    width: 192,
    importance: 1,
    cell: ({ name }) => name,
  },
  {
    id: 'role',
    header: t('column.role'),
    width: 128,
    importance: 3,
    cell: ({ role }) => t(`role.${role}`),
  },
  {
    id: 'ends',
    header: t('invitation.ends'),
    width: 128,
    importance: 2,
    cell: ({ expiresAt }) => <Time at={expiresAt} />,
  },
  {
    id: 'withdraw',
    header: t('invitation.act'),
    width: 144,
    cell: (invitation) => <Withdraw invitation={invitation} />,
  },
];

/** Who was invited and has not come in yet? */
export function InvitationsScreen() {
  const { t } = useTranslation('people');
  const me = useMe();
  const [isInviting, setInviting] = useState(false);
  const list = useInfiniteQuery(invitationListQuery);
  const invitations = list.data?.pages.flatMap((page) => page.invitations) ?? [];
  const invite = may(me, 'users:write') && (
    <Button kind="primary" onClick={() => setInviting(true)}>
      <Icon name="add" /> {t('invite')}
    </Button>
  );
  return (
    <>
      <PeopleHeader tab="invitations">{invite}</PeopleHeader>
      {list.error ? (
        <ProblemState error={list.error} retry={() => void list.refetch()} />
      ) : list.isPending ? (
        <Waiting rows={4} />
      ) : invitations.length === 0 ? (
        <EmptyState text={t('invitation.none')} />
      ) : (
        <DataTable
          label={t('tab.invitations')}
          columns={invitationColumns(t)}
          rows={invitations}
          idOf={({ id }) => id}
          hasMore={list.hasNextPage}
          isReadingMore={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        />
      )}
      {isInviting && <Invite onClose={() => setInviting(false)} />}
    </>
  );
}

function Withdraw({ invitation: { id, email } }: { invitation: Invitation }) {
  const { t } = useTranslation('people');
  const me = useMe();
  const tell = useToasts();
  const withdraw = useWithdraw();
  if (!may(me, 'users:write')) return null;
  const run = () =>
    withdraw.mutate(id, {
      onSuccess: () => tell(t('invitation.withdrawn', { email })),
      onError: ({ message }) => tell(message),
    });
  return (
    <Button
      className="h-8"
      aria-label={t('invitation.withdrawOf', { email })}
      disabled={withdraw.isPending}
      onClick={run}
    >
      {t('invitation.withdraw')}
    </Button>
  );
}
