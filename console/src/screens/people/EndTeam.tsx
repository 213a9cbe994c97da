import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DELETE, leavingOf } from '../../api/leaving';
import { usersQuery } from '../../api/users';
import { ConfirmByName } from '../../parts/ConfirmByName';
import { Choice, Field } from '../../parts/Field';
import { useToasts } from '../../parts/toasts';
import { type Team, useEndTeam } from './team-queries';

interface EndProps {
  team: Team;
  onEnded: () => void;
  onClose: () => void;
}

/** Ends a team for good, and says what becomes of what it owns. */
export function EndTeam({ team: { id, name }, onEnded, onClose }: EndProps) {
  const { t } = useTranslation('people');
  const tell = useToasts();
  const [heir, setHeir] = useState('');
  const users = useQuery(usersQuery).data ?? [];
  const end = useEndTeam(id);
  const run = () => {
    end.mutate(leavingOf(heir), {
      onSuccess: () => {
        tell(t('team.ended', { name }));
        onEnded();
      },
    });
  };
  return (
    <ConfirmByName
      title={t('team.endTitle', { name })}
      verb={t('team.end')}
      name={name}
      isRunning={end.isPending}
      error={end.error}
      onDo={run}
      onClose={onClose}
    >
      <p>{t('team.endText')}</p>
      <Field label={t('team.owned')}>
        {({ className: _own, ...control }) => (
          <Choice {...control} value={heir} onChange={({ target }) => setHeir(target.value)}>
            <option value="">{t('team.ownsNothing')}</option>
            <option value={DELETE}>{t('team.ownedDeleted')}</option>
            {users.map((user) => (
              <option key={user.id} value={user.id}>
                {t('team.ownedTo', { name: user.name, email: user.email })}
              </option>
            ))}
          </Choice>
        )}
      </Field>
    </ConfirmByName>
  );
}
