import { useQuery } from '@tanstack/react-query';
import { scopesQuery } from '../api/scopes';
import { Scope } from './Scope';
import { StatusWord } from './StatusWord';

interface HeldProps {
  held: readonly string[];
  /** Those that were given, and are without effect. */
  lost: readonly string[];
  /** What is said beside each of them. */
  lostWord: string;
}

/** The scopes that have an effect, and those that have none struck through. */
export function HeldScopes({ held, lost, lostWord }: HeldProps) {
  const catalogue = useQuery(scopesQuery).data ?? [];
  return (
    <ul className="grid gap-1">
      {held.map((scope) => (
        <li key={scope}>
          <Scope scope={scope} entry={catalogue.find((entry) => entry.scope === scope)} />
        </li>
      ))}
      {lost.map((scope) => (
        <li key={scope}>
          <s>
            <Scope scope={scope} />
          </s>{' '}
          <StatusWord meaning="attention">{lostWord}</StatusWord>
        </li>
      ))}
    </ul>
  );
}
