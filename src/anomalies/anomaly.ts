import type { ActiveKey } from '../audit/recording/key-activity.js';

export const ANOMALY_KINDS = ['rate', 'refusals', 'first_tool', 'first_elevated'] as const;

/** What is unusual: a rate far above the key's own past, many refusals, the first use of a tool or of an elevated scope. */
export type AnomalyKind = (typeof ANOMALY_KINDS)[number];

export interface Anomaly {
  kind: AnomalyKind;
  /** What the audit row says of it. */
  metadata: Record<string, unknown>;
}

/** An anomaly of a key or, where no key is known, of a network. */
export type Finding = Anomaly & ({ key: ActiveKey } | { network: string });
