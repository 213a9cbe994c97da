import { AsyncLocalStorage } from 'node:async_hooks';

const asked = new AsyncLocalStorage<string>();

/** Runs work of the library for an organisation. The library asks which one a grant is for, and passes no request. */
export const forOrganization = <T>(organizationId: string, work: () => T): T =>
  asked.run(organizationId, work);

/** @throws Error outside of {@link forOrganization} */
export function organizationOfRequest(): string {
  const id = asked.getStore();
  if (id === undefined) throw new Error('A grant is made for an organization');
  return id;
}
