export const TIERS = ['free', 'development', 'paid', 'unlimited'] as const;

/** How many calls a minute a user may make; the numbers are settings. */
export type Tier = (typeof TIERS)[number];
