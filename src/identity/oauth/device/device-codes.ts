import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { ProtectedResource } from '../../../access/protected-resource.js';
import { newId } from '../../../common/new-id.js';
import { storeTokens } from '../request-family.js';

/** What a device waits for. */
export interface WaitingCode {
  id: string;
  clientId: string;
  scopes: readonly string[];
}

const FIND = `
  SELECT id, oauth_client_id AS "clientId", string_to_array(scope, ' ') AS scopes FROM oauth_device_codes
  WHERE user_code = $1 AND status = 'pending' AND expires_at > now() AND oauth_client_id IS NOT NULL`;

const DECIDE = `
  UPDATE oauth_device_codes SET status = $2, user_id = $3, organization_id = $4, scope = $5
  WHERE id = $1 AND status = 'pending' AND expires_at > now()`;

/** What was agreed to before stays agreed to. The tokens of the code have the scopes of the code. */
const AGREE = `
  INSERT INTO oauth_consents AS g (id, client_id, user_id, reference_id, resources, scopes, created_at, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, now(), now())
  ON CONFLICT (user_id, client_id, (coalesce(reference_id, ''))) DO UPDATE SET updated_at = now(), scopes = (
    SELECT jsonb_agg(DISTINCT one) FROM jsonb_array_elements(g.scopes || EXCLUDED.scopes) AS one
  )`;

/** Knows the codes that devices show to people. They are kept by their SHA-256. */
@Injectable()
export class DeviceCodes {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly resource: ProtectedResource,
  ) {}

  /** @returns `undefined` for a code that is unknown, over, or decided about */
  async find(userCode: string): Promise<WaitingCode | undefined> {
    const [row] = await this.dataSource.query<WaitingCode[]>(FIND, [await storeTokens.hash(userCode)]);
    return row;
  }

  /** Makes the grant, and lets the device fetch its tokens. @returns whether the code still waited */
  allow(
    { id, clientId }: WaitingCode,
    given: { userId: string; organizationId: string; scopes: readonly string[] },
  ): Promise<boolean> {
    const { userId, organizationId, scopes } = given;
    return this.dataSource.transaction(async (manager) => {
      const decision = [id, 'approved', userId, organizationId, scopes.join(' ')];
      const [, decided] = await manager.query<[unknown, number]>(DECIDE, decision);
      if (decided === 0) return false;
      const lists = [[this.resource.identifier], scopes].map((list) => JSON.stringify(list));
      await manager.query(AGREE, [newId(), clientId, userId, organizationId, ...lists]);
      return true;
    });
  }

  /** @returns whether the code still waited */
  async refuse({ id, scopes }: WaitingCode, userId: string): Promise<boolean> {
    const decision = [id, 'denied', userId, null, scopes.join(' ')];
    const [, decided] = await this.dataSource.query<[unknown, number]>(DECIDE, decision);
    return decided > 0;
  }
}
