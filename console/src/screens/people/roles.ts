/** The roles that an administrator gives. Owners are made where organisations are managed. */
export const GIVEN_ROLES = ['member', 'auditor', 'admin'] as const;
export type GivenRole = (typeof GIVEN_ROLES)[number];

export const isGiven = (role: string): role is GivenRole => GIVEN_ROLES.some((one) => one === role);
