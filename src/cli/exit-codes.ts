export const DONE = 0;
export const FAILED = 1;
/** The command line is wrong, so that nothing was done. */
export const WRONG_USAGE = 2;
/** The work is done, except for what was skipped and is listed. */
export const SKIPPED = 3;
