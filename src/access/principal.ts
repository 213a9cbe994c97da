/** What a principal is. Each has a row in `users`, and may own documents and keys. */
export const PRINCIPAL_KINDS = ['person', 'agent', 'team'] as const;
export type PrincipalKind = (typeof PRINCIPAL_KINDS)[number];

/** The id of the organisation that is there from the start. All belongs to it until a second one is made. */
export const DEFAULT_ORGANIZATION = '00000000-0000-7000-8000-000000000001';

/** The domains of the addresses of agents and teams, which receive no mail (RFC 2606). No person has an address there. */
const ADDRESSES_OF_OTHERS = /@(agent|team)\.invalid$/i;

/** Returns the address of a principal that is no person. The column needs one. */
export const addressOf = (id: string, kind: Exclude<PrincipalKind, 'person'>): string =>
  `${id}@${kind}.invalid`;

/** Returns whether nobody signs in with an address, because it is that of an agent or a team. */
export const isAddressOfNobody = (email: string): boolean => ADDRESSES_OF_OTHERS.test(email.trim());

/** Returns the kind and the id of the agent or the team that has an address; `undefined` for the address of a person. */
export function principalAt(email: string): { kind: string; id: string } | undefined {
  const kind = ADDRESSES_OF_OTHERS.exec(email)?.[1];
  return kind === undefined
    ? undefined
    : { kind: kind.toLowerCase(), id: email.slice(0, email.indexOf('@')) };
}
