import { type ComponentProps, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Ask } from './Ask';
import { Field } from './Field';

type ConfirmProps = Omit<ComponentProps<typeof Ask>, 'isReady' | 'kind'> & { name: string };

/** Asks for the name of what is destroyed: only where nothing can bring it back. */
export function ConfirmByName({ name, children, ...ask }: ConfirmProps) {
  const { t } = useTranslation('parts');
  const [typed, setTyped] = useState('');
  return (
    <Ask {...ask} kind="danger" isReady={typed.trim() === name.trim()}>
      {children}
      <Field label={t('typeName', { name })}>
        {(control) => (
          <input
            {...control}
            autoComplete="off"
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
          />
        )}
      </Field>
    </Ask>
  );
}
