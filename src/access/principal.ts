/** What a principal is. Each has a row in `users`, and may own documents and keys. */
export const PRINCIPAL_KINDS = ['person', 'agent', 'team'] as const;
export type PrincipalKind = (typeof PRINCIPAL_KINDS)[number];

/** The id of the organisation that is there from the start. All belongs to it until a second one is made. */
export const DEFAULT_ORGANIZATION = '00000000-0000-7000-8000-000000000001';
