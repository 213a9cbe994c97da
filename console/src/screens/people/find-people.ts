import { api, dataOf } from '../../api/client';
import type { Found } from '../../frame/finders';

/** The latest people, for the palette. */
export async function findPeople(): Promise<Found[]> {
  const { users } = await dataOf(api.GET('/api/users', { params: { query: { limit: 100 } } }));
  return users.map(({ id, name, email }) => ({
    id,
    title: `${name} (${email})`,
    kind: 'person',
    to: `/people/${id}`,
  }));
}
