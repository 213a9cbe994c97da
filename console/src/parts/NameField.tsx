import { Field } from './Field';

interface NameProps {
  label: string;
  hint?: string;
  most?: number;
  name: string;
  onChange: (name: string) => void;
}

/** What something or somebody is called, which no browser proposes. */
export function NameField({ label, hint, most = 100, name, onChange }: NameProps) {
  return (
    <Field label={label} hint={hint}>
      {(control) => (
        <input
          {...control}
          autoComplete="off"
          maxLength={most}
          value={name}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </Field>
  );
}
