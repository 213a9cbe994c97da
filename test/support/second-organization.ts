import { v7 as uuid } from 'uuid';
import { generateApiKey, hashApiKey, startOfKey } from '../../src/api-keys/key-format.js';
import type { TestService, TestUser } from './test-service.js';

/** Makes another organisation than the default one. @returns its id */
export async function makeOrganization(service: TestService, name: string): Promise<string> {
  const id = uuid();
  await service.query('INSERT INTO organizations (id, name) VALUES ($1, $2)', [id, name]);
  return id;
}

/** Lets a user act in an organisation too. */
export async function join(
  service: TestService,
  organizationId: string,
  { id }: TestUser,
  role = 'member',
): Promise<void> {
  await service.query('INSERT INTO memberships (organization_id, user_id, role) VALUES ($1, $2, $3)', [
    organizationId,
    id,
    role,
  ]);
}

/** Makes somebody who belongs to an organisation, and not to the default one. */
export async function personOf(
  service: TestService,
  organizationId: string,
  role = 'member',
): Promise<TestUser> {
  const user = await service.createUser();
  await join(service, organizationId, user, role);
  await service.query('UPDATE users SET role = NULL WHERE id = $1', [user.id]);
  return user;
}

/** Makes a key with which a user acts in an organisation. */
export async function keyIn(
  service: TestService,
  organizationId: string,
  user: TestUser,
  scopes: readonly string[],
): Promise<{ id: string; apiKey: string }> {
  const id = uuid();
  const apiKey = generateApiKey('mcp');
  await service.query(
    `INSERT INTO api_keys (id, user_id, organization_id, name, key_hash, start, scopes)
     VALUES ($1, $2, $3, 'Spec key', decode($4, 'base64'), $5, $6)`,
    [id, user.id, organizationId, hashApiKey(apiKey), startOfKey(apiKey, 'mcp'), scopes],
  );
  return { id, apiKey };
}
