import { Field } from './Field';

interface CountProps {
  label: string;
  hint: string;
  most: number;
  /** `null` where nothing is typed. */
  count: number | null;
  onChange: (count: number | null) => void;
}

/** A whole number from 1 on, or nothing. */
export function CountField({ label, hint, most, count, onChange }: CountProps) {
  return (
    <Field label={label} hint={hint}>
      {(control) => (
        <input
          {...control}
          type="number"
          min={1}
          max={most}
          value={count ?? ''}
          onChange={({ target }) => onChange(target.value === '' ? null : Number(target.value))}
        />
      )}
    </Field>
  );
}
