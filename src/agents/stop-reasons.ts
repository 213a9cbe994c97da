import { type ChainLink, timeOfEnd } from '../users/agent-chain.js';

/** Why the keys of an agent are refused: by the agent itself, by an agent above it, or by the person or team at the end. */
export const STOP_REASONS = [
  'retired',
  'ended',
  'suspended',
  'above_retired',
  'above_ended',
  'above_suspended',
  'owner_inactive',
] as const;
export type StopReason = (typeof STOP_REASONS)[number];

/** @param chain an agent, and those that it depends on. @returns nothing for one that works */
export function stopReasons(chain: readonly ChainLink[], now = Date.now()): StopReason[] {
  const [own, ...above] = chain.filter(({ kind }) => kind === 'agent');
  const ofOwn = own ? reasonsOf(own, now) : [];
  const ofAbove = new Set(above.flatMap((agent) => reasonsOf(agent, now)));
  // A chain that leads to nobody is a circle.
  const owner = chain.find(({ kind }) => kind !== 'agent');
  return [
    ...ofOwn,
    ...[...ofAbove].map((reason) => `above_${reason}` as const),
    ...(owner?.is_active ? [] : ['owner_inactive' as const]),
  ];
}

const reasonsOf = ({ retired_at: retired, ends_at: end, is_active: active }: ChainLink, now: number) => [
  ...(retired === null ? [] : ['retired' as const]),
  ...(end !== null && timeOfEnd(end) <= now ? ['ended' as const] : []),
  ...(active ? [] : ['suspended' as const]),
];
