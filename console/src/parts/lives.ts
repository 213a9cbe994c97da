const DAY_MS = 86_400_000;

/** How many days a key or an agent may be made for. */
export const LIVES = [7, 30, 90, 365] as const;

/** Returns the time so many days from now, as the service takes it. */
export const endAfter = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();
