import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Ask } from '../../parts/Ask';
import { Choice, Field } from '../../parts/Field';
import { NameField } from '../../parts/NameField';
import { useToasts } from '../../parts/toasts';
import { useInvite } from './people-queries';
import { GIVEN_ROLES, type GivenRole } from './roles';

/** Invites a person by a mail with a link. */
export function Invite({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('people');
  const tell = useToasts();
  const invite = useInvite();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<GivenRole>('member');
  const run = () =>
    invite.mutate(
      { name: name.trim(), email: email.trim(), role },
      {
        onSuccess: () => {
          tell(t('invited', { email: email.trim() }));
          onClose();
        },
      },
    );
  return (
    <Ask
      title={t('invitation.title')}
      verb={t('invitation.send')}
      isReady={name.trim() !== '' && email.includes('@')}
      isRunning={invite.isPending}
      error={invite.error}
      onDo={run}
      onClose={onClose}
    >
      <NameField label={t('invitation.name')} most={200} name={name} onChange={setName} />
      <Field label={t('invitation.email')} hint={t('invitation.emailHint')}>
        {(control) => (
          <input
            {...control}
            type="email"
            autoComplete="off"
            value={email}
            onChange={({ target }) => setEmail(target.value)}
          />
        )}
      </Field>
      <Field label={t('column.role')} hint={t(`roleMeans.${role}`)}>
        {({ className: _own, ...control }) => (
          <Choice {...control} value={role} onChange={({ target }) => setRole(target.value as GivenRole)}>
            {GIVEN_ROLES.map((one) => (
              <option key={one} value={one}>
                {t(`role.${one}`)}
              </option>
            ))}
          </Choice>
        )}
      </Field>
    </Ask>
  );
}
