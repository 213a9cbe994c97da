import type { ReactNode } from 'react';
import { classes } from './classes';

/** The four meanings of colour, and none. */
export type Meaning = 'good' | 'attention' | 'danger' | 'info' | 'none';

const LOOKS: Record<Meaning, string> = {
  good: 'bg-good-back text-good',
  attention: 'bg-attention-back text-attention',
  danger: 'bg-danger-back text-danger',
  info: 'bg-info-back text-info',
  none: 'bg-hover text-text',
};

/** A state in a word. The colour only repeats what the word says. */
export function StatusWord({ meaning, children }: { meaning: Meaning; children: ReactNode }) {
  return (
    <span className={classes('inline-block rounded px-1.5 font-medium whitespace-nowrap', LOOKS[meaning])}>
      {children}
    </span>
  );
}
