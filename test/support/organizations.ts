import type { TestService, TestUser } from './test-service.js';

/** An organisation with one administrator, as an operator makes it. */
export interface TestOrganization {
  id: string;
  owner: TestUser;
  /** A key of the owner, with the scope `admin`. */
  ownerKey: string;
  /** Makes a person who belongs to this organisation alone. */
  person(fields?: Record<string, unknown>): Promise<TestUser>;
  /** Makes a key of a member. */
  keyOf(user: { id: string }, scopes?: string[]): Promise<string>;
}

let made = 0;

/** Makes an organisation by the routes that an operator has. */
export async function createOrganization(
  service: TestService,
  name = `Organization ${++made}`,
): Promise<TestOrganization> {
  const operator = { key: service.adminKey };
  const email = `owner${++made}@example.net`;
  const answer = await service.request<{ id: string }>('POST', '/api/organizations', {
    ...operator,
    body: { name, owner: { email, name: 'Owner' } },
  });
  if (answer.status !== 201) throw new Error(`No organization: ${answer.text}`);
  const { id } = answer.body;
  const keyOf = async (user: { id: string }, scopes = ['admin']) => {
    const body = { name: 'Spec key', userId: user.id, organizationId: id, scopes };
    const key = await service.request<{ apiKey: string }>('POST', '/api/mcp/keys', { ...operator, body });
    if (key.status !== 201) throw new Error(`No key: ${key.text}`);
    return key.body.apiKey;
  };
  const members = await service.request('GET', `/api/organizations/${id}/members`, operator);
  const [owner] = members.body.members as TestUser[];
  const ownerKey = await keyOf(owner!);
  return {
    id,
    owner: owner!,
    ownerKey,
    keyOf,
    person: async (fields = {}) => {
      const body = { email: `person${++made}@example.net`, name: `Person ${made}`, ...fields };
      const user = await service.request<TestUser>('POST', '/api/users', { key: ownerKey, body });
      if (user.status !== 201) throw new Error(`No user: ${user.text}`);
      return user.body;
    },
  };
}
