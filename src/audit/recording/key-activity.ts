import { Injectable } from '@nestjs/common';
import { isElevated } from '../../access/scopes.js';
import type { KeySubject } from '../../errors/service-error.js';
import { networkOf } from '../../rate-limit/network.js';
import type { AuditRecord } from '../events/audit-row.js';

/** The most keys and the most addresses that are told apart at a time. */
const MAX_TOLD_APART = 20_000;

/** A key that is told apart from others. What people do who are signed in is not compared with their past. */
export type ActiveKey = KeySubject & { keyId: string };

/** What one key did since it was last looked at. */
export class KeyActivityCounts {
  calls = 0;
  refusals = 0;
  /** The tools that it called and was admitted to. */
  readonly tools = new Set<string>();
  /** The elevated scopes that it used. */
  readonly scopes = new Set<string>();

  constructor(readonly key: ActiveKey) {}
}

export interface Activity {
  keys: ReadonlyMap<string, KeyActivityCounts>;
  /** Refusals of requests without a known key, by network. */
  refusals: ReadonlyMap<string, number>;
}

/**
 * Counts what each key does, where its audit rows are made, for what compares it with its past. It counts nothing until
 * somebody asks for it, and forgets what was taken.
 */
@Injectable()
export class KeyActivity {
  private isOn = false;
  private keys = new Map<string, KeyActivityCounts>();
  private refusals = new Map<string, number>();

  start(): void {
    this.isOn = true;
  }

  /** Counts a call by its record. */
  note(record: AuditRecord, key: KeySubject | undefined): void {
    if (!this.isOn || !key) return;
    const counts = this.countsOf(key);
    if (!counts) return;
    counts.calls++;
    if (record.outcome === 'denied') return void counts.refusals++;
    if (record.tool !== null && record.reason !== 'unknown_tool') counts.tools.add(record.tool);
    if (record.elevated) for (const scope of record.scopes) if (isElevated(scope)) counts.scopes.add(scope);
  }

  /** Counts a refused request, also one that leaves no row. @param key the key, where it is known */
  noteRefusal(ip: string, key: KeySubject | undefined): void {
    if (!this.isOn) return;
    if (key) {
      const counts = this.countsOf(key);
      if (!counts) return;
      counts.calls++;
      counts.refusals++;
      return;
    }
    const network = networkOf(ip);
    const refusals = this.refusals.get(network) ?? 0;
    if (refusals > 0 || this.refusals.size < MAX_TOLD_APART) this.refusals.set(network, refusals + 1);
  }

  /** Returns what was counted, and begins anew. */
  take(): Activity {
    const { keys, refusals } = this;
    this.keys = new Map();
    this.refusals = new Map();
    return { keys, refusals };
  }

  private countsOf(key: KeySubject): KeyActivityCounts | undefined {
    const { keyId } = key;
    if (keyId === null) return undefined;
    let counts = this.keys.get(keyId);
    if (!counts && this.keys.size < MAX_TOLD_APART)
      this.keys.set(keyId, (counts = new KeyActivityCounts({ ...key, keyId })));
    return counts;
  }
}
