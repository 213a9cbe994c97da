import * as z from 'zod';
import type { ProtectedResource } from '../../../access/protected-resource.js';
import { refusal } from '../agents/acting-agent.js';

/** The grant type of RFC 8693. */
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

/** The only type of token that is taken and given. */
export const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token';

const text = z.string().min(1).max(16_384);
const type = z.literal(ACCESS_TOKEN_TYPE);

const form = z
  .object({
    subject_token: text,
    subject_token_type: type,
    actor_token: text.optional(),
    actor_token_type: type.optional(),
    requested_token_type: type.optional(),
    audience: z.union([text, z.array(text).min(1)]).optional(),
    scope: z.string().max(16_384).optional(),
  })
  .refine(({ actor_token: token, actor_token_type: its }) => (token === undefined) === (its === undefined), {
    path: ['actor_token_type'],
    error: 'goes with an actor_token',
  });

/** What an agent asks for (RFC 8693, section 2.1). */
export interface ExchangeRequest {
  subjectToken: string;
  actorToken: string | undefined;
  /** `undefined` for whatever may be had. */
  scopes: readonly string[] | undefined;
}

/** @throws APIError `invalid_request`, `invalid_target` */
export function exchangeRequest(body: unknown, resource: ProtectedResource): ExchangeRequest {
  const parsed = form.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refusal('invalid_request', `${issue!.path.join('.')}: ${issue!.message}`);
  }
  const { subject_token: subjectToken, actor_token: actorToken, audience, scope } = parsed.data;
  const foreign = [audience ?? []].flat().find((name) => !resource.isOwn(name));
  if (foreign !== undefined) throw refusal('invalid_target', `${foreign} is not this service`);
  const scopes = scope?.split(' ').filter(Boolean);
  return { subjectToken, actorToken, scopes: scopes?.length ? scopes : undefined };
}
