import { Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { DEFAULT_ORGANIZATION } from '../access/principal.js';
import { Attachment } from '../common/attachment.js';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { type CallLimit, limitKey, WINDOW_MS } from './store/limit.js';
import { LimitStore } from './store/limit-store.js';

/** Describes the rate limit of a caller. `limit` is `Infinity` for the tier `unlimited`. */
export interface Policy {
  name: string;
  limit: number;
}

/** Holds the limits that every call of a caller counts against. */
export interface CallerLimits {
  readonly caller: Caller;
  /** The user's budget, unless it is unlimited, and those that the key, the team and the organisation have of their own. */
  readonly calls: readonly CallLimit[];
  /** The budget of the messages that are not calls. */
  readonly others: readonly CallLimit[];
}

export interface CallsLeft {
  /** The calls per minute; `null` means unlimited. */
  limit: number | null;
  remaining: number | null;
  /** The seconds until the count starts again; 0 means that nothing is counted yet. */
  resetSeconds: number;
}

export interface LimitsLeft extends CallsLeft {
  policy: string;
  /** What the key's own limit leaves; `null` for a key without one. */
  key: CallsLeft | null;
  /** What the limit leaves that a team and its agents share; `null` for a caller without such a team. */
  team: CallsLeft | null;
  /** What the limit of the whole organisation leaves; `null` for an organisation without one. */
  organization: CallsLeft | null;
}

const UNLIMITED: CallsLeft = { limit: null, remaining: null, resetSeconds: 0 };

/** Returns the calls per minute of a user and of a key. A user's come from the tier or from the user's own number. */
@Injectable()
export class RateLimits {
  private readonly known = new Attachment<CallerLimits>();

  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly store: LimitStore,
  ) {}

  policyOf(caller: Caller): Policy {
    const { free, development, paid, burst } = this.settings.rateLimits;
    // A team has no calls beside those that it shares with its agents.
    if (caller.kind === 'team' && caller.teamLimit !== null)
      return { name: 'team', limit: caller.teamLimit.requestsPerMinute };
    if (caller.requestsPerMinute !== null) return { name: 'custom', limit: caller.requestsPerMinute + burst };
    switch (caller.tier) {
      case 'unlimited':
        return { name: 'unlimited', limit: Infinity };
      case 'paid':
        return { name: 'paid', limit: paid + burst };
      case 'development':
        return { name: 'development', limit: development + burst };
      default:
        return { name: 'free', limit: free + burst };
    }
  }

  /** Returns the limits of a caller. They are kept with the caller, which a change of the user or the key replaces. */
  of(caller: Caller): CallerLimits {
    const known = this.known.get(caller);
    // A copy of a caller has the attachment of the original.
    if (known?.caller === caller) return known;
    const limits = this.limitsOf(caller);
    this.known.set(caller, limits);
    return limits;
  }

  /** Reads the counts without a charge. */
  async left(caller: Caller): Promise<LimitsLeft> {
    const { name } = this.policyOf(caller);
    const user = this.userLimit(caller, 'calls');
    const limits = [user, keyLimit(caller), teamLimit(caller), organizationLimit(caller)];
    const [ofUser, key = null, team = null, organization = null] = await Promise.all(
      limits.map(async (limit) => limit && this.leftOf(limit)),
    );
    return { policy: name, ...(ofUser ?? UNLIMITED), key, team, organization };
  }

  private async leftOf(limit: CallLimit): Promise<CallsLeft> {
    const { remaining, resetSeconds } = await this.store.charge([limit], 0);
    return { limit: limit.max, remaining, resetSeconds };
  }

  private limitsOf(caller: Caller): CallerLimits {
    const user = this.userLimit(caller, 'calls');
    const others = this.userLimit(caller, 'handshake');
    const team = caller.kind === 'team' ? undefined : teamLimit(caller);
    const calls = [user, keyLimit(caller), team, organizationLimit(caller)];
    return {
      caller,
      calls: calls.filter((limit) => limit !== undefined),
      // The headers describe what is left of the calls.
      others: others ? [{ ...others, isSilent: true }] : [],
    };
  }

  private userLimit(caller: Caller, budget: string): CallLimit | undefined {
    const { name, limit } = this.policyOf(caller);
    if (limit === Infinity) return undefined;
    if (name === 'team' && budget === 'calls') return teamLimit(caller);
    return { key: callerLimitKey(caller, budget), policy: name, max: limit, windowMs: WINDOW_MS };
  }
}

/** The limit of a key is exact: the burst of the settings is the user's. */
function keyLimit(caller: Caller): CallLimit | undefined {
  const { keyId, keyRequestsPerMinute: max } = caller;
  if (max === null) return undefined;
  return { key: callerLimitKey(caller, `key:${keyId}`), policy: 'key', max, windowMs: WINDOW_MS };
}

function teamLimit(caller: Caller): CallLimit | undefined {
  if (caller.teamLimit === null) return undefined;
  const { teamId, requestsPerMinute: max } = caller.teamLimit;
  return { key: countKey(tagOf(caller), teamId, 'team'), policy: 'team', max, windowMs: WINDOW_MS };
}

function organizationLimit({
  organizationId,
  organizationRequestsPerMinute: max,
}: Caller): CallLimit | undefined {
  if (max === null) return undefined;
  return { key: limitKey(organizationId, 'organization'), policy: 'organization', max, windowMs: WINDOW_MS };
}

/** Makes the key of a count of one caller, who has one in each organisation. */
export const callerLimitKey = (caller: Caller, name: string): string =>
  countKey(tagOf(caller), caller.userId, name);

/**
 * Returns the hash tag that all counts of a call share: the organisation's where it is not the default one or has a limit, else
 * that of a team with a limit, and else the user's.
 */
function tagOf({ userId, organizationId, organizationRequestsPerMinute, teamLimit: ofTeam }: Caller): string {
  const isOfOrganization = organizationId !== DEFAULT_ORGANIZATION || organizationRequestsPerMinute !== null;
  return isOfOrganization ? organizationId : (ofTeam?.teamId ?? userId);
}

const countKey = (tag: string, principal: string, name: string): string =>
  limitKey(tag, tag === principal ? name : `${principal}:${name}`);
