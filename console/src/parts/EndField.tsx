import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Choice, Field } from './Field';
import { LIVES } from './lives';

interface EndProps {
  label: string;
  hint?: ReactNode;
  /** How many days, or a key of `others`. */
  days: string;
  onChange: (days: string) => void;
  /** What may be chosen in place of a number of days, in words. */
  others?: Readonly<Record<string, string>>;
}

/** After how many days something ends. */
export function EndField({ label, hint, days, onChange, others = {} }: EndProps) {
  const { t } = useTranslation('parts');
  return (
    <Field label={label} hint={hint}>
      {({ className: _own, ...control }) => (
        <Choice {...control} value={days} onChange={({ target }) => onChange(target.value)}>
          {Object.entries(others).map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
          {LIVES.map((count) => (
            <option key={count} value={count}>
              {t('days', { count })}
            </option>
          ))}
        </Choice>
      )}
    </Field>
  );
}
