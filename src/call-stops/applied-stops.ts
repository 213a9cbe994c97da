import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { ChangeReader } from '../coherence/change.js';
import { Coherence } from '../coherence/coherence.js';
import type { CallStop } from '../mcp/definitions/primitive.js';
import { McpRegistry } from '../mcp/registry/mcp-registry.js';
import { ALL_CALLS } from './call-stop.entity.js';

/** The longest time that a timer can wait. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Applies the stops to the handlers of this process, whichever replica wrote them. */
@Injectable()
export class AppliedStops implements OnModuleDestroy {
  private stops: ReadonlyMap<string, CallStop> = new Map();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly registry: McpRegistry,
    coherence: Coherence,
  ) {
    coherence.register({
      kinds: ['stop'],
      apply: (_, read) => this.load(read),
      reset: (read) => this.load(read),
    });
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
  }

  private async load(read: ChangeReader): Promise<void> {
    const rows = await read<Omit<CallStop, 'ofAll'> & { name: string }>(
      'SELECT name, message, until FROM call_stops',
    );
    this.stops = new Map(rows.map(({ name, ...stop }) => [name, { ...stop, ofAll: name === ALL_CALLS }]));
    this.apply();
  }

  private apply(): void {
    const { tools, resources, templates, prompts, completions } = this.registry;
    const all = this.stops.get(ALL_CALLS);
    tools.applyStops((name) => all ?? this.stops.get(name));
    for (const set of [resources, templates, prompts, completions]) set.applyStops(() => all);
    this.applyAgainAtNextEnd();
  }

  /** Lists show a handler again when its stop ends by itself. */
  private applyAgainAtNextEnd(): void {
    clearTimeout(this.timer);
    const now = Date.now();
    const ends = [...this.stops.values()]
      .map(({ until }) => until?.getTime() ?? 0)
      .filter((end) => end > now);
    if (ends.length === 0) return;
    const waitMs = Math.min(Math.min(...ends) - now, MAX_TIMER_MS);
    this.timer = setTimeout(() => this.apply(), waitMs).unref();
  }
}
