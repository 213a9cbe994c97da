import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { classes } from './classes';
import { Icon } from './Icon';

/** A filter of a list. It is on where the address says so, and a link to the address that says otherwise. */
export function FilterChip({ isOn, children, ...link }: LinkProps & { isOn: boolean; children: ReactNode }) {
  return (
    <Link
      {...link}
      replace
      data-filter
      aria-current={isOn ? 'true' : undefined}
      activeProps={{}}
      className={classes(
        'inline-flex h-8 items-center gap-1 rounded-full border px-3 transition-colors',
        isOn ? 'border-info bg-info-back text-info' : 'border-line-strong hover:bg-hover',
      )}
    >
      {isOn && <Icon name="tick" />}
      {children}
    </Link>
  );
}
