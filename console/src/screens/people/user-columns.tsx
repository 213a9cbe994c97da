import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import type { Column } from '../../parts/DataTable';
import { Time } from '../../parts/Time';
import type { User } from './people-queries';
import { StrengthWord, UserStateWord } from './StrengthWord';

export const userColumns = (t: TFunction<'people'>): Column<User>[] => [
  {
    id: 'name',
    header: t('column.name'),
    cell: ({ id, name, email }) => (
      <Link to="/people/$userId" params={{ userId: id }} search={true} className="hover:underline">
        <span className="font-medium">{name}</span> <span className="text-soft">{email}</span>
      </Link>
    ),
  },
  {
    id: 'role',
    header: t('column.role'),
    width: 128,
    importance: 3,
    cell: ({ role }) => t(`role.${role}`),
  },
  {
    id: 'state',
    header: t('column.state'),
    width: 112,
    importance: 1,
    cell: (user) => <UserStateWord user={user} />,
  },
  {
    id: 'strength',
    header: t('column.strength'),
    width: 160,
    narrow: 144,
    cell: (user) => <StrengthWord user={user} />,
  },
  {
    id: 'seen',
    header: t('column.seen'),
    width: 144,
    importance: 2,
    cell: ({ lastSeenAt }) => <Time at={lastSeenAt} otherwise={t('notSeen')} />,
  },
];
