import { useTranslation } from 'react-i18next';
import type { Risk, ScopeEntry } from '../api/scopes';
import { scopeWords } from '../language/said';
import { type Meaning, StatusWord } from './StatusWord';

const MEANINGS: Record<Risk, Meaning> = {
  low: 'none',
  medium: 'info',
  high: 'attention',
  critical: 'danger',
};

export function RiskWord({ risk }: { risk: Risk }) {
  const { t } = useTranslation('parts');
  return <StatusWord meaning={MEANINGS[risk]}>{t(`risk.${risk}`)}</StatusWord>;
}

/** A scope in words, with its risk. */
export function Scope({ scope, entry }: { scope: string; entry?: ScopeEntry | undefined }) {
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-2">
      <code className="font-mono">{scope}</code>
      {entry && <RiskWord risk={entry.risk} />}
      {entry && <span className="text-soft">{scopeWords(entry)}</span>}
    </span>
  );
}
