import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { assertScopes } from '../access/access-policy.js';
import type { Requester } from '../access/requester.js';
import type { IssuedApiKey } from '../api-keys/api-key.views.js';
import { KeyRotationService } from '../api-keys/key-rotation.service.js';
import { type InTransaction, nothingAlongside } from '../database/transaction-hook.js';
import { conflict, forbidden, notFound } from '../errors/service-error.js';
import { managedAgent } from './agents.service.js';
import type { RotateAgentDto } from './dto/rotate-agent.dto.js';

/**
 * Replaces keys of agents. An agent does so by its own key, without a scope to manage keys, which it cannot hold. Its tokens do not:
 * a key lives longer than they do, names nobody who acts through the agent, and stays when the client of a token is blocked.
 */
@Injectable()
export class AgentRotationService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly rotation: KeyRotationService,
  ) {}

  /**
   * @throws notFound for another one's agent, insufficientScope for somebody without `agents:write` or with fewer scopes than
   * the key, forbidden for an agent that comes by a token, conflict for a key that has ended or where several keys may be meant
   */
  async rotate(
    by: Requester,
    id: string,
    { keyId: named, ...grace }: RotateAgentDto,
    alongside: InTransaction<IssuedApiKey> = nothingAlongside,
  ): Promise<IssuedApiKey> {
    const { caller } = by;
    const isItself = caller.userId === id;
    if (!isItself) {
      assertScopes(caller, 'agents:write');
      await managedAgent(this.dataSource.manager, caller, id);
    } else if (caller.via === 'token')
      throw forbidden('A token does not replace a key of the agent: use a key of the agent');
    const keyId = await this.keyOf(id, named?.toLowerCase() ?? (isItself ? caller.keyId : null));
    return this.rotation.rotate(by, keyId, grace, alongside, isItself ? { byAgents: true } : {});
  }

  /** Returns the key of an agent that is meant. @param named nothing for the only one that it has */
  private async keyOf(id: string, named: string | null): Promise<string> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      `SELECT id FROM api_keys
       WHERE user_id = $1 AND (id = $2 OR ($2 IS NULL AND replaced_by IS NULL AND revoked_at IS NULL
         AND (expires_at IS NULL OR expires_at > now())))
       LIMIT 2`,
      [id, named],
    );
    if (rows.length > 1) throw conflict('The agent has several keys: say which one with keyId');
    const [key] = rows;
    if (!key) throw named === null ? conflict('The agent has no key: make one first') : notFound('API key');
    return key.id;
  }
}
