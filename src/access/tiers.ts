export const TIERS = ['free', 'development', 'paid', 'unlimited'] as const;

/** Names a user's rate limit. The calls per minute of each tier are settings. */
export type Tier = (typeof TIERS)[number];
