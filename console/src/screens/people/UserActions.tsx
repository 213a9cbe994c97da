import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../parts/Button';
import { ConfirmByName } from '../../parts/ConfirmByName';
import { Choice, Field } from '../../parts/Field';
import { ProblemState } from '../../parts/ProblemState';
import { useToasts } from '../../parts/toasts';
import { useSettledWords } from '../../parts/useSettledWords';
import { type User, useChangeUser, useResetSecondFactor } from './people-queries';
import { GIVEN_ROLES, type GivenRole, isGiven } from './roles';

/** What a person may do is changed, and the person is kept out. Both can be taken back. */
export function UserActions({ user }: { user: User }) {
  const { t } = useTranslation('people');
  const tell = useToasts();
  const words = useSettledWords();
  const [isResetting, setResetting] = useState(false);
  const change = useChangeUser(user.id);
  const giveRole = (role: GivenRole) =>
    change.mutate(
      { role },
      {
        onSuccess: (settled) => {
          const { role: before } = user;
          const undo = isGiven(before) ? () => change.mutate({ role: before }) : undefined;
          tell(words(t('roleGiven', { name: user.name, role: t(`role.${role}`) }), settled), undo);
        },
      },
    );
  const setActive = (isActive: boolean) =>
    change.mutate(
      { isActive },
      {
        onSuccess: (settled) =>
          isActive
            ? tell(words(t('activated', { name: user.name }), settled))
            : tell(words(t('deactivated', { name: user.name }), settled), () =>
                change.mutate({ isActive: true }),
              ),
      },
    );
  return (
    <div className="grid gap-3">
      {isGiven(user.role) && (
        <Field label={t('column.role')} hint={t(`roleMeans.${user.role}`)}>
          {({ className: _own, ...control }) => (
            <Choice
              {...control}
              value={user.role}
              disabled={change.isPending}
              onChange={({ target }) => giveRole(target.value as GivenRole)}
            >
              {GIVEN_ROLES.map((role) => (
                <option key={role} value={role}>
                  {t(`role.${role}`)}
                </option>
              ))}
            </Choice>
          )}
        </Field>
      )}
      <div className="flex flex-wrap gap-2">
        <Button
          kind={user.isActive ? 'danger' : 'plain'}
          onClick={() => setActive(!user.isActive)}
          disabled={change.isPending}
        >
          {user.isActive ? t('deactivate') : t('activate')}
        </Button>
        {user.signsInBy?.some((way) => way === 'totp' || way === 'passkey') && (
          <Button onClick={() => setResetting(true)}>{t('reset.do')}</Button>
        )}
      </div>
      {change.error && <ProblemState error={change.error} />}
      {isResetting && <Reset user={user} onClose={() => setResetting(false)} />}
    </div>
  );
}

function Reset({ user: { id, name }, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation('people');
  const tell = useToasts();
  const reset = useResetSecondFactor(id);
  const run = () =>
    reset.mutate(undefined, {
      onSuccess: () => {
        tell(t('reset.done', { name }));
        onClose();
      },
    });
  return (
    <ConfirmByName
      title={t('reset.title', { name })}
      verb={t('reset.do')}
      name={name}
      isRunning={reset.isPending}
      error={reset.error}
      onDo={run}
      onClose={onClose}
    >
      <p>{t('reset.text')}</p>
    </ConfirmByName>
  );
}
