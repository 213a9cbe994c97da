import type { ComponentProps } from 'react';
import { classes } from './classes';

export type ButtonKind = 'primary' | 'plain' | 'danger' | 'bare';

const KINDS: Record<ButtonKind, string> = {
  primary: 'border-accent bg-accent text-on-accent hover:opacity-90',
  plain: 'border-line-strong bg-back text-text hover:bg-hover',
  danger: 'border-danger bg-back text-danger hover:bg-danger-back',
  bare: 'border-transparent text-text hover:bg-hover',
};

/** The look of a button, for links that look like one. */
export const buttonClass = (kind: ButtonKind = 'plain', more?: string): string =>
  classes(
    'inline-flex h-9 items-center justify-center gap-2 rounded-control border px-3 font-medium whitespace-nowrap',
    'transition-colors disabled:cursor-not-allowed disabled:opacity-60',
    KINDS[kind],
    more,
  );

/** A button is named by the verb of what it does. One of a screen is `primary`. */
export function Button({
  kind,
  className,
  ...button
}: ComponentProps<'button'> & { kind?: ButtonKind | undefined }) {
  return <button type="button" {...button} className={buttonClass(kind, className)} />;
}
