import * as z from 'zod';

/** How many agents may act in one token. Each of them is read for each token, and a person has to understand the chain. */
export const MAX_ACTORS = 3;

const text = z.string().min(1).max(2_048);

/** Who acts for whom (RFC 8693, section 4.1): the outermost is who acts now. */
export interface Act {
  sub: string;
  act?: Act | undefined;
}

const act: z.ZodType<Act> = z.object({ sub: text, act: z.lazy(() => act.optional()) });

/** The claims of an access token that this service issues (RFC 9068), those of its own included. */
export const ownClaims = z.object({
  sub: text,
  client_id: text,
  scope: z.string().max(16_384),
  exp: z.number(),
  iat: z.number(),
  jti: text,
  /** The organisation in which the token is valid. */
  org: z.uuid(),
  /** The grant of the person; a client that acts for its own agent has none. */
  gid: z.uuid().optional(),
  /** The authorization that the token comes from, with all tokens that were refreshed since. */
  fam: text.optional(),
  act: act.optional(),
  /** The tokens that this one was exchanged from, the first one first. */
  from: z
    .array(z.object({ jti: text, client_id: text }))
    .max(MAX_ACTORS)
    .optional(),
  cnf: z.object({ jkt: text.optional() }).optional(),
});

export type OwnClaims = z.infer<typeof ownClaims>;

/** Returns the ids of the chain of an `act` claim, who acts now last. */
export function actorsIn(claim: Act | undefined): string[] {
  const actors: string[] = [];
  for (let at = claim; at; at = at.act) actors.unshift(at.sub);
  return actors;
}

/** Returns whether an agent acts in a token, for itself or for somebody. Who stands behind it is read. */
export const isOfAgent = ({ gid, act }: OwnClaims): boolean => gid === undefined || act !== undefined;
