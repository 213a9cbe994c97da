const DAY_MS = 86_400_000;

/** How many days a key or an agent may be made for. */
export const LIVES = [7, 30, 90, 365] as const;

/** What is chosen where nobody chooses. */
export const USUAL_LIFE = '90';

/** Returns the time so many days from now, as the service takes it. */
export const endAfter = (days: string): string => new Date(Date.now() + Number(days) * DAY_MS).toISOString();
