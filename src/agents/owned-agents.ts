import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OwnedData, type Owner, type OwnedRows } from '../organizations/owned-data.js';
import { agentsBelow } from './agent-rows.js';
import { retireAgents } from './agent-writes.js';

const OWNED = 'FROM agents WHERE organization_id = $1 AND owner_id = $2 AND retired_at IS NULL';

/** Says what becomes of the agents of somebody who leaves an organisation: another one owns them, or they are retired. */
@Injectable()
export class OwnedAgents implements OwnedRows {
  readonly name = 'agents';

  constructor(owned: OwnedData) {
    owned.register(this);
  }

  async count(manager: EntityManager, owner: Owner): Promise<number> {
    return (await this.ids(manager, owner)).length;
  }

  /** An agent that a team takes over is no member of it: whoever left may know its key. */
  async handOver(manager: EntityManager, owner: Owner, to: string): Promise<void> {
    const ids = await this.ids(manager, owner);
    await manager.query('UPDATE agents SET owner_id = $2 WHERE id = ANY ($1::uuid[])', [ids, to]);
  }

  async remove(manager: EntityManager, owner: Owner): Promise<void> {
    for (const id of await this.ids(manager, owner))
      await retireAgents(manager, await agentsBelow(manager, id));
  }

  private async ids(manager: EntityManager, { organizationId, userId }: Owner): Promise<string[]> {
    const rows = await manager.query<{ id: string }[]>(`SELECT id ${OWNED}`, [organizationId, userId]);
    return rows.map(({ id }) => id);
  }
}
