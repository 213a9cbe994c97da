import { type ComponentProps, type ReactNode, useId } from 'react';
import { classes } from './classes';

const CONTROL =
  'min-h-9 w-full rounded-control border border-line-strong bg-back px-3 py-1.5 text-text placeholder:text-soft';

interface FieldProps {
  label: string;
  hint?: ReactNode;
  /** What is wrong with the value. */
  problem?: string | undefined;
  children: (control: { id: string; className: string; 'aria-describedby': string }) => ReactNode;
}

/**
 * A label, a control and what to know about it.
 *
 * @example <Field label={t('name')}>{(control) => <input {...control} name="name" required />}</Field>
 */
export function Field({ label, hint, problem, children }: FieldProps) {
  const id = useId();
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      {children({ id, className: CONTROL, 'aria-describedby': `${id}-about` })}
      <div id={`${id}-about`} className="text-soft">
        {problem === undefined ? hint : <span className="text-danger">{problem}</span>}
      </div>
    </div>
  );
}

/** One of few choices, by the control of the device. */
export function Choice({ className, ...select }: ComponentProps<'select'>) {
  return <select {...select} className={classes(CONTROL, className)} />;
}
