import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type Activity, KeyActivity, type KeyActivityCounts } from '../audit/recording/key-activity.js';
import { within } from '../common/timeouts.js';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import type { Finding } from './anomaly.js';
import { AnomalyReports } from './anomaly-reports.js';
import { learn, MINUTE_MS } from './habit.js';
import { HabitStore } from './habit-store.js';

/** The keys of one transaction. */
const BATCH = 500;
/** How long a stop waits for the last look. */
const STOP_MS = 2_000;

/**
 * Compares each minute what every key did with what is usual for it. Calls only count; this runs beside them, and nothing is
 * refused or paused by it.
 */
@Injectable()
export class AnomalyWatch implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(AnomalyWatch.name);
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();

  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly activity: KeyActivity,
    private readonly store: HabitStore,
    private readonly reports: AnomalyReports,
    private readonly host: HttpAdapterHost,
  ) {}

  /** Runs only in a service that listens, because a command on the same database may lack the mail settings. */
  onModuleInit(): void {
    if (!this.settings.anomalies.detect) return;
    this.host.listen$.subscribe(() => {
      this.activity.start();
      this.timer = setInterval(() => void this.look(), MINUTE_MS).unref();
    });
  }

  /** Keeps what was counted since the last look, where PostgreSQL answers in time. */
  async onModuleDestroy(): Promise<void> {
    if (!this.timer) return;
    clearInterval(this.timer);
    await within(STOP_MS, this.look()).catch(() => undefined);
  }

  /** Looks at what was counted since the last time. It never throws: what PostgreSQL did not take is not looked at again. */
  look(now = Date.now()): Promise<void> {
    this.looking = this.looking
      .then(() => this.judge(this.activity.take(), now))
      .catch((error: unknown) => this.logger.warn(`A minute of calls was not looked at: ${String(error)}`));
    return this.looking;
  }

  private async judge({ keys, refusals }: Activity, now: number): Promise<void> {
    const findings: Finding[] = [];
    for (const [network, count] of refusals)
      if (count >= this.settings.anomalies.refusals)
        findings.push({ kind: 'refusals', metadata: { refusalsPerMinute: count }, network });
    const counts = [...keys.values()];
    for (let from = 0; from < counts.length; from += BATCH)
      findings.push(...(await this.learnFrom(counts.slice(from, from + BATCH), now)));
    for (const finding of findings) await this.reports.report(finding, now);
    if (findings.length > 0) await this.reports.forgetOld(now);
  }

  private async learnFrom(counts: readonly KeyActivityCounts[], now: number): Promise<Finding[]> {
    const byId = new Map(counts.map((seen) => [seen.key.keyId, seen]));
    const findings: Finding[] = [];
    await this.store.change([...byId.keys()], new Date(now), (habits) =>
      habits.map(({ keyId, ...before }) => {
        const seen = byId.get(keyId)!;
        const { habit, anomalies } = learn(before, seen, now, this.settings.anomalies);
        for (const anomaly of anomalies) findings.push({ ...anomaly, key: seen.key });
        return { keyId, ...habit };
      }),
    );
    return findings;
  }
}
