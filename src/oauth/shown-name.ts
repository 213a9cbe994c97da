import { z } from 'zod';

const MAX_LENGTH = 200;
/** Controls, other ends of a line, and marks that turn the direction of what stands around the name. */
const NOT_SHOWN = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;

/** The name that a client gives itself, as people may be shown it: one line that says nothing beside itself. */
export const shownName = z
  .string()
  .trim()
  .min(1)
  .max(MAX_LENGTH)
  .refine((name) => !NOT_SHOWN.test(name), 'has characters that are not shown');
