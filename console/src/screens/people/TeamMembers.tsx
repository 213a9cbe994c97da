import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { usersQuery } from '../../api/users';
import { Button } from '../../parts/Button';
import { Choice, Field } from '../../parts/Field';
import { ProblemState } from '../../parts/ProblemState';
import { useToasts } from '../../parts/toasts';
import { Waiting } from '../../parts/Waiting';
import { type Team, type TeamMember, teamMembersQuery, usePutMember, useRemoveMember } from './team-queries';

/** Who belongs to a team. Who maintains it adds and removes people. */
export function TeamMembers({ team, mayChange }: { team: Team; mayChange: boolean }) {
  const { t } = useTranslation('people');
  const tell = useToasts();
  const { data, error, refetch } = useQuery(teamMembersQuery(team.id));
  const put = usePutMember(team.id);
  const remove = useRemoveMember(team.id);
  const takeOut = ({ id, name, role }: TeamMember) =>
    remove.mutate(id, {
      onSuccess: () =>
        tell(t('team.removed', { name, team: team.name }), () => put.mutate({ userId: id, role })),
    });
  const problem = put.error ?? remove.error;
  return (
    <section className="grid gap-2">
      <h2>{t('team.members')}</h2>
      {error ? (
        <ProblemState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Waiting rows={3} />
      ) : (
        <ul className="divide-y divide-line rounded-control border border-line">
          {data.map((member) => {
            const { id, name, kind, role } = member;
            return (
              <li key={id} className="flex min-h-12 items-center gap-3 px-3 py-1">
                <span className="min-w-0 flex-1 truncate">
                  {name} <span className="text-soft">{kind !== 'person' && t(`kind.${kind}`)}</span>
                </span>
                {mayChange && kind === 'person' ? (
                  <>
                    <Choice
                      aria-label={t('team.roleOf', { name })}
                      className="max-w-40"
                      value={role}
                      onChange={({ target }) =>
                        put.mutate({ userId: id, role: target.value as TeamMember['role'] })
                      }
                    >
                      <option value="member">{t('teamRole.member')}</option>
                      <option value="maintainer">{t('teamRole.maintainer')}</option>
                    </Choice>
                    <Button aria-label={t('team.removeOf', { name })} onClick={() => takeOut(member)}>
                      {t('team.remove')}
                    </Button>
                  </>
                ) : (
                  <span className="text-soft">{t(`teamRole.${role}`)}</span>
                )}
              </li>
            );
          })}
        </ul>
      )}
      {mayChange && data && (
        <AddMember members={data} onAdd={(userId) => put.mutate({ userId, role: 'member' })} />
      )}
      {problem && <ProblemState error={problem} />}
    </section>
  );
}

interface AddProps {
  members: readonly TeamMember[];
  onAdd: (userId: string) => void;
}

function AddMember({ members, onAdd }: AddProps) {
  const { t } = useTranslation('people');
  const mayRead = may(useMe(), 'users:read');
  const users = useQuery({ ...usersQuery, enabled: mayRead }).data ?? [];
  if (!mayRead) return null;
  const others = users.filter(({ id }) => !members.some((member) => member.id === id));
  return (
    <Field label={t('team.add')}>
      {({ className: _own, ...control }) => (
        <Choice {...control} value="" onChange={({ target }) => target.value && onAdd(target.value)}>
          <option value="">{t('team.choose')}</option>
          {others.map(({ id, name, email }) => (
            <option key={id} value={id}>
              {name} ({email})
            </option>
          ))}
        </Choice>
      )}
    </Field>
  );
}
