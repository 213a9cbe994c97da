import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Ask } from '../../../parts/Ask';
import { Field } from '../../../parts/Field';
import { useToasts } from '../../../parts/toasts';
import { useCreateOrganization } from './organization-queries';

/** Makes an organisation with its first owner, who gets an account where nobody has the address. */
export function NewOrganization({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('settings');
  const tell = useToasts();
  const navigate = useNavigate();
  const create = useCreateOrganization();
  const [name, setName] = useState('');
  const [owner, setOwner] = useState({ name: '', email: '' });
  const run = () =>
    create.mutate(
      { name: name.trim(), owner: { name: owner.name.trim(), email: owner.email.trim() } },
      {
        onSuccess: ({ id }) => {
          tell(t('organization.made', { name: name.trim() }));
          onClose();
          void navigate({ to: '/settings/organizations/$organizationId', params: { organizationId: id } });
        },
      },
    );
  return (
    <Ask
      title={t('organization.create')}
      verb={t('organization.create')}
      isReady={name.trim() !== '' && owner.name.trim() !== '' && owner.email.includes('@')}
      isRunning={create.isPending}
      error={create.error}
      onDo={run}
      onClose={onClose}
    >
      <Field label={t('organization.name')}>
        {(control) => (
          <input
            {...control}
            autoComplete="off"
            maxLength={100}
            value={name}
            onChange={({ target }) => setName(target.value)}
          />
        )}
      </Field>
      <Field label={t('organization.ownerName')}>
        {(control) => (
          <input
            {...control}
            autoComplete="off"
            maxLength={200}
            value={owner.name}
            onChange={({ target }) => setOwner({ ...owner, name: target.value })}
          />
        )}
      </Field>
      <Field label={t('organization.ownerEmail')} hint={t('organization.ownerHint')}>
        {(control) => (
          <input
            {...control}
            type="email"
            autoComplete="off"
            value={owner.email}
            onChange={({ target }) => setOwner({ ...owner, email: target.value })}
          />
        )}
      </Field>
    </Ask>
  );
}
