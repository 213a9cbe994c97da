/** The choice that deletes what somebody who leaves owns. */
export const DELETE = 'delete';

/** What becomes of what a leaver owns. @param heir nothing, {@link DELETE}, or the id of who gets it */
export const leavingOf = (heir: string) =>
  heir === '' ? {} : heir === DELETE ? { data: 'delete' as const } : { data: 'handover' as const, to: heir };
