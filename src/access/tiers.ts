export const TIERS = ['free', 'development', 'paid', 'unlimited'] as const;

/** A user's tier sets how many calls a minute it may make. The numbers are settings. */
export type Tier = (typeof TIERS)[number];
