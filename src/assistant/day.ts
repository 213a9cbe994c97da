const DAY = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});

/** A day as an answer names it, such as `15 Oct 2026`, in UTC. */
export const dayOf = (time: Date | string): string => DAY.format(new Date(time));
