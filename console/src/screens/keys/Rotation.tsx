import type { UseMutationResult } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../api/problem';
import { Ask } from '../../parts/Ask';
import { Choice, Field } from '../../parts/Field';
import type { IssuedKey } from './key-queries';

/** In seconds: nothing, an hour, a day, a week. */
const GRACES = [0, 3_600, 86_400, 604_800] as const;

interface RotationProps {
  name: string;
  /** Takes for how many seconds the old key still works. */
  rotate: UseMutationResult<IssuedKey, Problem, number>;
  onIssued: (issued: IssuedKey) => void;
  onClose: () => void;
}

/** Replaces a key by a new one, of a person or of an agent. */
export function Rotation({ name, rotate, onIssued, onClose }: RotationProps) {
  const { t } = useTranslation('keys');
  const [grace, setGrace] = useState<number>(GRACES[2]);
  const run = () =>
    rotate.mutate(grace, {
      onSuccess: (issued) => {
        onIssued(issued);
        onClose();
      },
    });
  return (
    <Ask
      title={t('rotation.title', { name })}
      verb={t('rotate')}
      isRunning={rotate.isPending}
      error={rotate.error}
      onDo={run}
      onClose={onClose}
    >
      <p>{t('rotation.text')}</p>
      <Field label={t('rotation.grace')}>
        {({ className: _own, ...control }) => (
          <Choice {...control} value={grace} onChange={({ target }) => setGrace(Number(target.value))}>
            {GRACES.map((seconds) => (
              <option key={seconds} value={seconds}>
                {t(`grace.${seconds}`)}
              </option>
            ))}
          </Choice>
        )}
      </Field>
    </Ask>
  );
}
