import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { CallerCheck } from '../access/caller-check.js';
import type { Caller } from '../access/caller.js';
import type { Requester } from '../access/requester.js';
import { CallFiguresService } from '../audit/figures/call-figures.service.js';
import type { InTransaction } from '../database/transaction-hook.js';
import { notFound, validationFailed } from '../errors/service-error.js';
import { AUDIT_SCOPE } from '../audit/query/reader-check.js';
import type { Figures } from '../audit/figures/tally.js';
import { McpRegistry } from '../mcp/registry/mcp-registry.js';
import { ALL_CALLS, StoredCallStop } from './call-stop.entity.js';
import type { StoppedCalls, ToolSwitch, ToolSwitches } from './call-stops.schema.js';
import type { StopCallsDto } from './dto/stop-calls.dto.js';
import type { SwitchToolDto } from './dto/switch-tool.dto.js';

export interface StoppedNow {
  all: boolean;
  tools: number;
}

/** Switches tools off and on, and stops all calls. A change applies on every replica when it has returned. */
@Injectable()
export class CallStopsService {
  constructor(
    @InjectRepository(StoredCallStop) private readonly stops: Repository<StoredCallStop>,
    private readonly registry: McpRegistry,
    private readonly callers: CallerCheck,
    private readonly figures: CallFiguresService,
  ) {}

  /** The tools, each with how it fared of late where the caller may read the audit. */
  async list(caller: Caller): Promise<ToolSwitches> {
    const stops = new Map((await this.stops.find()).map((stop) => [stop.name, stop]));
    const figures = caller.scopes.allows(AUDIT_SCOPE)
      ? (await this.figures.of(caller, '24h')).tools
      : undefined;
    const tools = this.registry.tools.registered().map(({ name }) => ({
      ...toSwitch(name, stops.get(name) ?? null),
      lastDay: figures ? lastDayOf(figures.get(name)) : null,
    }));
    return { tools, nextCursor: null };
  }

  /** @throws notFound for an unknown tool, validationFailed, and the refusal of a caller whose key is no longer valid */
  async switchTool(
    by: Requester,
    name: string,
    { enabled, ...stop }: SwitchToolDto,
    alongside: InTransaction<unknown>,
  ): Promise<ToolSwitch> {
    if (!this.registry.tools.registered().some((tool) => tool.name === name)) throw notFound('Tool');
    const stored = await this.change(by, name, enabled ? null : stop, alongside);
    return toSwitch(name, stored);
  }

  /** What is stopped now: all calls, or how many tools. */
  async now(): Promise<StoppedNow> {
    const names = (await this.stops.find()).filter((stop) => !isOver(stop)).map(({ name }) => name);
    const known = new Set(this.registry.tools.registered().map(({ name }) => name));
    return { all: names.includes(ALL_CALLS), tools: names.filter((name) => known.has(name)).length };
  }

  async stopped(): Promise<StoppedCalls> {
    return toStopped(await this.stops.findOneBy({ name: ALL_CALLS }));
  }

  /** @throws validationFailed, and the refusal of a caller whose key is no longer valid */
  async stopAll(by: Requester, stop: StopCallsDto, alongside: InTransaction<unknown>): Promise<StoppedCalls> {
    return toStopped(await this.change(by, ALL_CALLS, stop, alongside));
  }

  /** @throws the refusal of a caller whose key is no longer valid */
  async resumeAll(by: Requester, alongside: InTransaction<unknown>): Promise<void> {
    await this.change(by, ALL_CALLS, null, alongside);
  }

  private change(
    by: Requester,
    name: string,
    stop: StopCallsDto | null,
    alongside: InTransaction<unknown>,
  ): Promise<StoredCallStop | null> {
    const until = stop?.until ? new Date(stop.until) : null;
    if (until && until.getTime() <= Date.now()) throw validationFailed(['until: must be in the future']);
    return this.stops.manager.transaction(async (manager) => {
      const { userId } = await this.callers.present(by, manager);
      const stored =
        stop && (await store(manager, { name, message: stop.message ?? null, until, stoppedBy: userId }));
      if (!stop) await manager.delete(StoredCallStop, { name });
      await alongside(manager, stored);
      return stored;
    });
  }
}

async function store(
  manager: EntityManager,
  stop: Omit<StoredCallStop, 'stoppedAt'>,
): Promise<StoredCallStop> {
  const stored = { ...stop, stoppedAt: new Date() };
  await manager.upsert(StoredCallStop, stored, ['name']);
  return stored;
}

const lastDayOf = (figures: Figures | undefined) => ({
  calls: figures?.calls ?? 0,
  errors: figures?.errors ?? 0,
  refused: figures?.refused ?? 0,
  p95Ms: figures?.p95Ms ?? null,
});

const isOver = ({ until }: StoredCallStop): boolean => until !== null && until.getTime() <= Date.now();

const present = (stop: StoredCallStop | null) => {
  if (!stop || isOver(stop)) return null;
  const { message, until, stoppedBy, stoppedAt } = stop;
  return { message, until, stoppedBy, stoppedAt };
};

function toSwitch(name: string, stored: StoredCallStop | null): ToolSwitch {
  const stop = present(stored);
  return { name, enabled: stop === null, stop };
}

function toStopped(stored: StoredCallStop | null): StoppedCalls {
  const stop = present(stored);
  return { stopped: stop !== null, stop };
}
