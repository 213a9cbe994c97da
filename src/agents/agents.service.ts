import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { assertScopes } from '../access/access-policy.js';
import type { Caller } from '../access/caller.js';
import type { Requester } from '../access/requester.js';
import { isAdministrator } from '../access/roles.js';
import { ScopeCatalogue } from '../access/scope-catalogue.js';
import { isElevated } from '../access/scopes.js';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { newId } from '../common/new-id.js';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { afterId, type Page, pageOf } from '../database/page.js';
import { type InTransaction, nothingAlongside } from '../database/transaction-hook.js';
import { conflict, forbidden, notFound } from '../errors/service-error.js';
import { RateLimits } from '../rate-limit/rate-limits.js';
import { agentBounds, isManagedBy } from '../users/agent-chain.js';
import { type Change, CallerChanges } from '../users/caller-changes.js';
import type { Member } from '../users/member.js';
import { assertMayActFor } from '../users/person-reach.js';
import { insertPrincipal, updatePrincipal } from '../users/principals.js';
import { UserAccounts } from '../users/user-accounts.js';
import { assertRoomForAgent } from './agent-limit.js';
import { assertMayHold, assertRoomBelow, callsOf, endOf } from './agent-rules.js';
import { agentById, type AgentRow, agentsBelow, agentsVisibleTo } from './agent-rows.js';
import { JOIN_TEAM, retireAgents } from './agent-writes.js';
import type { MadeAgent } from './agent.view.js';
import { Agent } from './agent.entity.js';
import type { CreateAgentDto } from './dto/create-agent.dto.js';
import type { ListAgentsQuery } from './dto/list-agents.query.js';
import type { UpdateAgentDto } from './dto/update-agent.dto.js';

/**
 * Makes, changes and retires agents. A person decides about its own, about those of the teams that it maintains, and about the
 * agents below them; an administrator about all of the organisation.
 */
@Injectable()
export class AgentsService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @InjectSettings() private readonly settings: Settings,
    private readonly changes: CallerChanges,
    private readonly catalogue: ScopeCatalogue,
    private readonly keys: ApiKeysService,
    private readonly limits: RateLimits,
    private readonly accounts: UserAccounts,
  ) {}

  /**
   * @throws notFound for an owner that the caller does not decide about, conflict for one that has ended, `agent_limit_reached`,
   * validationFailed, insufficientScope, forbidden
   */
  async create(
    by: Requester,
    input: CreateAgentDto,
    alongside: InTransaction<MadeAgent> = nothingAlongside,
  ): Promise<MadeAgent> {
    if (input.withKey && by.caller.via === 'token')
      throw forbidden('A token makes no key, which would live longer than it: leave out withKey');
    const ownerId = input.ownerId?.toLowerCase() ?? by.caller.userId;
    const owners = (await agentBounds(this.dataSource.manager, ownerId))?.owners ?? [];
    return this.changes.transact(by, { userIds: [ownerId, ...owners], byAgents: true }, async (change) => {
      const { manager, caller } = change;
      const owner = await this.ownerOf(change, ownerId);
      const above = owner.kind === 'agent' ? await agentBounds(manager, ownerId) : undefined;
      if (above) assertRoomBelow(above);
      assertMayHold(caller, above, input.scopes, this.catalogue);
      await assertRoomForAgent(change, ownerId, above, this.settings.agents.maxPerOwner);
      const id = newId();
      const { organizationId } = caller;
      const principal = { id, kind: 'agent' as const, name: input.name, tier: owner.tier };
      const requestsPerMinute = this.callsOf(caller, input.requestsPerMinute);
      await insertPrincipal(manager, organizationId, { ...principal, requestsPerMinute });
      await manager.insert(Agent, {
        id,
        organizationId,
        ownerId,
        description: input.description || null,
        scopes: input.scopes,
        endsAt: endOf(input.endsAt),
        createdBy: caller.userId,
      });
      if (owner.kind === 'team') await manager.query(JOIN_TEAM, [ownerId, id]);
      const key = input.withKey
        ? await this.keys.issueFor(
            change,
            { ...principal, role: 'member', isActive: true },
            {
              name: input.name,
              scopes: input.scopes,
            },
          )
        : undefined;
      const made = { row: await agentById(manager, id), key };
      await alongside(manager, made);
      return made;
    });
  }

  /** @throws insufficientScope without `agents:read` */
  async list(caller: Caller, query: ListAgentsQuery): Promise<Page<AgentRow>> {
    assertScopes(caller, 'agents:read');
    const limit = query.limit ?? 50;
    const rows = await agentsVisibleTo(this.dataSource.manager, caller, {
      ...query,
      elevatedScopes: this.catalogue.names().filter(isElevated),
      before: afterId(query.cursor),
      limit: limit + 1,
    });
    return pageOf(rows, limit);
  }

  /** @throws insufficientScope without `agents:read`, notFound */
  async get(caller: Caller, id: string): Promise<AgentRow> {
    assertScopes(caller, 'agents:read');
    const [row] = await agentsVisibleTo(this.dataSource.manager, caller, { id, limit: 1 });
    if (!row) throw notFound('Agent');
    return row;
  }

  /** @throws notFound, conflict for one that was retired, validationFailed, insufficientScope, forbidden */
  async update(
    by: Requester,
    id: string,
    changes: UpdateAgentDto,
    alongside: InTransaction<AgentRow> = nothingAlongside,
  ): Promise<AgentRow> {
    const row = await this.changes.transact(by, { userIds: [id] }, async ({ manager, caller }) => {
      const agent = await managedAgent(manager, caller, id);
      if (agent.retiredAt) throw conflict('The agent was retired');
      // Even a change that only restricts the agent requires a caller that could have made it.
      assertMayHold(caller, undefined, agent.scopes, this.catalogue);
      const { name, description, scopes, endsAt, requestsPerMinute, isActive } = changes;
      const above = await agentBounds(manager, agent.ownerId);
      if (scopes) assertMayHold(caller, above, scopes, this.catalogue);
      const ofAgent = {
        ...(description !== undefined && { description: description || null }),
        ...(scopes && { scopes }),
        ...(endsAt !== undefined && { endsAt: endOf(endsAt) }),
      };
      if (Object.keys(ofAgent).length > 0) await manager.update(Agent, { id }, ofAgent);
      await updatePrincipal(manager, id, {
        name,
        isActive,
        requestsPerMinute:
          requestsPerMinute === undefined ? undefined : this.callsOf(caller, requestsPerMinute),
      });
      const changed = await agentById(manager, id);
      await alongside(manager, changed);
      return changed;
    });
    this.accounts.notify(id);
    return row;
  }

  /**
   * Retires an agent and all below it: their keys end, their rows and documents stay. Retiring it again is not an error. The
   * caller may have fewer scopes than the agent, because that only removes rights.
   * @throws notFound
   */
  async retire(
    by: Requester,
    id: string,
    alongside: InTransaction<string[]> = nothingAlongside,
  ): Promise<void> {
    const known = await agentsBelow(this.dataSource.manager, id);
    const retired = await this.changes.transact(by, { userIds: [id, ...known] }, async (change) => {
      const { manager, caller } = change;
      const agent = await managedAgent(manager, caller, id);
      if (agent.retiredAt) return [];
      // One that was made since is below a locked one, so that it is complete.
      const ids = await agentsBelow(manager, id);
      await retireAgents(manager, ids);
      await alongside(manager, ids);
      return ids;
    });
    for (const one of retired) this.accounts.notify(one);
  }

  private callsOf(caller: Caller, requested: number | null | undefined): number | null {
    const { limit } = this.limits.policyOf(caller);
    return callsOf(caller, requested, limit - this.settings.rateLimits.burst);
  }

  /** @throws notFound, forbidden, conflict */
  private async ownerOf({ manager, caller, users }: Change, ownerId: string): Promise<Member> {
    if (caller.kind === 'agent' && ownerId !== caller.userId)
      throw forbidden('An agent makes agents below itself alone');
    const owner = users.get(ownerId);
    const decides = isAdministrator(caller.role) || (await isManagedBy(manager, ownerId, caller.userId));
    if (!owner || !decides) throw notFound('Owner');
    assertMayActFor(caller, owner);
    if (!owner.isActive) throw conflict('The owner is deactivated');
    return owner;
  }
}

/** Returns an agent that the caller may decide about. @throws notFound */
export async function managedAgent(manager: EntityManager, caller: Caller, id: string): Promise<Agent> {
  const agent = await manager.findOneBy(Agent, { id, organizationId: caller.organizationId });
  const decides = isAdministrator(caller.role) || (agent && (await isManagedBy(manager, id, caller.userId)));
  if (!agent || !decides) throw notFound('Agent');
  return agent;
}
