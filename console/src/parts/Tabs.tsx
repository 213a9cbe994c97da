import { Link, type LinkProps } from '@tanstack/react-router';
import { classes } from './classes';

export interface Tab {
  to: LinkProps['to'];
  label: string;
  isOn: boolean;
}

/** The parts of a screen, each with an address of its own. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  return (
    <nav aria-label={label} className="flex gap-1 overflow-x-auto border-b border-line">
      {tabs.map(({ to, label, isOn }) => (
        <Link
          key={to}
          to={to as string}
          activeProps={{}}
          aria-current={isOn ? 'page' : undefined}
          className={classes(
            'border-b-2 px-3 py-2 whitespace-nowrap',
            isOn ? 'border-accent font-medium' : 'border-transparent text-soft hover:text-text',
          )}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
