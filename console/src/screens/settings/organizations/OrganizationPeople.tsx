import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DELETE, leavingOf } from '../../../api/leaving';
import { Ask } from '../../../parts/Ask';
import { Button } from '../../../parts/Button';
import { Choice, Field } from '../../../parts/Field';
import { ProblemState } from '../../../parts/ProblemState';
import { useToasts } from '../../../parts/toasts';
import { Waiting } from '../../../parts/Waiting';
import {
  type Member,
  type Organization,
  organizationMembersQuery,
  useRemoveFromOrganization,
} from './organization-queries';

/** Who belongs to an organisation. Whoever leaves hands over or deletes what they own. */
export function OrganizationPeople({ organization }: { organization: Organization }) {
  const { t } = useTranslation('settings');
  const [leaver, setLeaver] = useState<Member>();
  const list = useInfiniteQuery(organizationMembersQuery(organization.id));
  const members = list.data?.pages.flatMap((page) => page.members) ?? [];
  const people = members.filter(({ kind }) => kind === 'person');
  return (
    <section className="grid gap-2">
      <h2>{t('fact.members')}</h2>
      {list.error ? (
        <ProblemState error={list.error} retry={() => void list.refetch()} />
      ) : list.isPending ? (
        <Waiting rows={3} />
      ) : people.length === 0 ? (
        <p className="text-soft">{t('member.none')}</p>
      ) : (
        <ul className="divide-y divide-line rounded-control border border-line">
          {people.map((member) => (
            <li key={member.id} className="flex min-h-12 items-center gap-3 px-3 py-1">
              <span className="min-w-0 flex-1 truncate">
                {member.name} <span className="text-soft">{member.email}</span>
              </span>
              <span className="text-soft">{t(`role.${member.role}`)}</span>
              {!organization.isDefault && (
                <Button
                  aria-label={t('member.removeOf', { name: member.name })}
                  onClick={() => setLeaver(member)}
                >
                  {t('member.remove')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <div>
          <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t('member.more')}
          </Button>
        </div>
      )}
      {leaver && (
        <Removal
          organization={organization}
          member={leaver}
          heirs={members.filter(({ id, kind }) => id !== leaver.id && kind !== 'agent')}
          onClose={() => setLeaver(undefined)}
        />
      )}
    </section>
  );
}

interface RemovalProps {
  organization: Organization;
  member: Member;
  /** To whom what is owned may go. */
  heirs: readonly Member[];
  onClose: () => void;
}

function Removal({ organization, member, heirs, onClose }: RemovalProps) {
  const { t } = useTranslation('settings');
  const tell = useToasts();
  const [heir, setHeir] = useState('');
  const remove = useRemoveFromOrganization(organization.id);
  const { id: userId, name } = member;
  const run = () => {
    remove.mutate(
      { userId, ...leavingOf(heir) },
      {
        onSuccess: () => {
          tell(t('member.removed', { name, organization: organization.name }));
          onClose();
        },
      },
    );
  };
  return (
    <Ask
      title={t('member.removeOf', { name })}
      verb={t('member.remove')}
      kind="danger"
      isRunning={remove.isPending}
      error={remove.error}
      onDo={run}
      onClose={onClose}
    >
      <p>{t('member.text')}</p>
      <Field label={t('member.owned')}>
        {({ className: _own, ...control }) => (
          <Choice {...control} value={heir} onChange={({ target }) => setHeir(target.value)}>
            <option value="">{t('member.ownsNothing')}</option>
            <option value={DELETE}>{t('member.ownedDeleted')}</option>
            {heirs.map(({ id, name }) => (
              <option key={id} value={id}>
                {t('member.ownedTo', { name })}
              </option>
            ))}
          </Choice>
        )}
      </Field>
    </Ask>
  );
}
