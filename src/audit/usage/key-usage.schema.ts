import * as z from 'zod';

/** `calls` counts every call that has an audit row. `denials` counts refused calls, with those of `limitsHit`. */
const countsShape = () => ({ calls: z.int(), failures: z.int(), denials: z.int(), limitsHit: z.int() });

/** The members that say what a key was used for. */
export const usageShape = () => ({
  /** The first and the last day are both counted. Days are dates in UTC. */
  from: z.iso.date(),
  to: z.iso.date(),
  ...countsShape(),
  /** One entry for each day, the oldest first. */
  perDay: z.array(z.object({ day: z.iso.date(), ...countsShape() })),
  /** The most calls come first. `tool` is `null` for REST and for unknown tools, which `action` tells apart. */
  perTool: z.array(z.object({ tool: z.string().nullable(), action: z.string(), ...countsShape() })),
});

type UsageShape = ReturnType<typeof usageShape>;
export type Usage = { [Member in keyof UsageShape]: z.infer<UsageShape[Member]> };
export type UsageCounts = { [Member in keyof ReturnType<typeof countsShape>]: number };
