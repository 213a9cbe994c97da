import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { CallerCheck } from '../access/caller-check.js';
import type { Requester } from '../access/requester.js';
import type { ChangeReader } from '../coherence/change.js';
import { Coherence } from '../coherence/coherence.js';
import { type InTransaction, nothingAlongside } from '../database/transaction-hook.js';
import { notFound } from '../errors/service-error.js';
import { limitNameOf } from '../mcp/definitions/definitions.js';
import { McpRegistry } from '../mcp/registry/mcp-registry.js';
import { HandlerLimits } from '../rate-limit/handler-limits.js';
import type { ToolLimitDto } from './dto/tool-limit.dto.js';
import { ToolLimit } from './tool-limit.entity.js';
import type { ToolLimitView } from './tool-limit.schema.js';

/** Keeps the limits that administrators set for tools, and holds them in memory for the calls. */
@Injectable()
export class ToolLimitsService implements OnApplicationBootstrap {
  private lastRead: Promise<unknown> = Promise.resolve();

  constructor(
    @InjectRepository(ToolLimit) private readonly rows: Repository<ToolLimit>,
    private readonly limits: HandlerLimits,
    private readonly registry: McpRegistry,
    private readonly callers: CallerCheck,
    coherence: Coherence,
  ) {
    coherence.register({
      kinds: ['tool_limit'],
      apply: (_, read) => this.reload(read),
      reset: (read) => this.reload(read),
    });
  }

  onApplicationBootstrap(): Promise<void> {
    return this.reload();
  }

  list(): ToolLimitView[] {
    return this.registry.tools.registered().map(({ name }) => this.viewOf(name));
  }

  /**
   * Replaces what is set for a tool.
   * @throws notFound for an unknown tool, and the refusal of a caller whose key is no longer valid
   */
  async replace(
    by: Requester,
    name: string,
    { perMinute = null, weight = null }: ToolLimitDto,
    alongside: InTransaction<unknown> = nothingAlongside,
  ): Promise<void> {
    if (!this.registry.tools.find(name)) throw notFound('Tool');
    await this.rows.manager.transaction(async (manager) => {
      await this.callers.present(by, manager);
      if (perMinute === null && weight === null) await manager.delete(ToolLimit, { name });
      else await manager.upsert(ToolLimit, { name, perMinute, weight }, ['name']);
      await alongside(manager, name);
    });
    await this.reload();
  }

  /** Reads the overrides again. Two reads follow one another, so that the later one is applied last. */
  private reload(read: ChangeReader = (sql) => this.rows.query(sql)): Promise<void> {
    const reloaded = this.lastRead.then(() => this.load(read));
    this.lastRead = reloaded.catch(() => undefined);
    return reloaded;
  }

  private async load(read: ChangeReader): Promise<void> {
    const rows = await read<ToolLimit>('SELECT name, per_minute AS "perMinute", weight FROM tool_limits');
    this.limits.override(
      new Map(rows.map(({ name, perMinute, weight }) => [limitNameOf('tool', name), { perMinute, weight }])),
    );
  }

  private viewOf(tool: string): ToolLimitView {
    const name = limitNameOf('tool', tool);
    const { perMinute, weight } = this.limits.effectiveFor(name);
    return {
      name: tool,
      perMinute,
      weight,
      declared: this.limits.declaredFor(name),
      override: this.limits.overrideFor(name) ?? null,
    };
  }
}
