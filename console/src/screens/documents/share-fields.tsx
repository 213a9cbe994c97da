import type { ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import { Choice, Field } from '../../parts/Field';
import type { Share, ShareWith } from './document-queries';

/** Of which team the members find what is shared. */
export function TeamField({ teams }: { teams: readonly { id: string; name: string }[] }) {
  const { t } = useTranslation('documents');
  return (
    <Field label={t('share.team')}>
      {({ className: _own, ...control }) => (
        <Choice {...control} name="team">
          {teams.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Choice>
      )}
    </Field>
  );
}

/** What its members may do with it. */
export function RoleField() {
  const { t } = useTranslation('documents');
  return (
    <Field label={t('share.role')}>
      {({ className: _own, ...control }) => <RoleChoice {...control} name="role" />}
    </Field>
  );
}

export function RoleChoice(select: ComponentProps<typeof Choice>) {
  const { t } = useTranslation('documents');
  return (
    <Choice {...select}>
      {(['reader', 'editor'] as const).map((role) => (
        <option key={role} value={role}>
          {t(`share.may.${role}`)}
        </option>
      ))}
    </Choice>
  );
}

/** What the two fields say. */
export const shareIn = (form: FormData): ShareWith => ({
  teamId: form.get('team') as string,
  role: form.get('role') as Share['role'],
});
