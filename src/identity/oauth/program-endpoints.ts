import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { decodeJwt } from 'jose';
import type { DataSource } from 'typeorm';
import type { Caller } from '../../access/caller.js';
import { AuditTrail } from '../../audit/recording/audit-trail.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { Coherence } from '../../coherence/coherence.js';
import { FailedKeyLimiter } from '../../rate-limit/failed-key.limiter.js';
import { RegisteredClients } from '../../oauth/clients/registered-clients.js';
import { actorsIn, isOfAgent, ownClaims, type OwnClaims } from '../../oauth/tokens/token-claims.js';
import { invalidToken } from '../../oauth/tokens/invalid-token.js';
import { OwnTokens } from '../../oauth/tokens/own-tokens.js';
import { TokenRing } from '../../oauth/tokens/token-ring.js';
import { AUTH_PATH } from '../auth/auth-paths.js';
import { sendAnswer } from '../http/auth-answer.js';
import { AuthExchange } from '../http/auth-exchange.js';
import { refusalIn } from '../http/auth-refusal.js';
import {
  ambiguous,
  clientIdOf,
  formOf,
  isAmbiguous,
  isJwt,
  isUnknown,
  jsonOf,
  tokenIn,
  UNKNOWN,
} from './program-form.js';
import { familyOf } from './request-family.js';
import { withOwnRedirects } from './private-redirects.js';

/** What a device hears while its person has not decided yet (RFC 8628, section 3.5). Nothing is refused by it. */
const WAITING = new Set(['authorization_pending', 'slow_down']);

/** Tells the person at a client that registers itself (RFC 7591, section 3.2.2) what to do. */
const NO_REGISTRATION = {
  error: 'invalid_client_metadata',
  error_description:
    'Clients do not register themselves here. Use an API key: send it as the header "Authorization: Bearer <key>" or "X-API-Key: <key>", or ask an administrator to make a client.',
};

/** Is answered while as many clients have registered lately as may. */
const NO_ROOM = {
  error: 'temporarily_unavailable',
  error_description: 'Too many clients have registered here within an hour. Try again later.',
};

/**
 * Answers the endpoints of OAuth that programs call: RFC 6749 (token), 7009 (revoke), 7662 (introspect), 7591 (register). The library
 * does the protocol. What it does not know is which tokens have ended before their time, and that acts are recorded.
 */
@Injectable()
export class ProgramEndpoints {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly exchange: AuthExchange,
    private readonly ring: TokenRing,
    private readonly own: OwnTokens,
    private readonly trail: AuditTrail,
    private readonly failures: FailedKeyLimiter,
    private readonly coherence: Coherence,
    private readonly registered: RegisteredClients,
  ) {}

  async token(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const form = formOf(request);
    const family = await this.familyAt(form);
    const answer = isAmbiguous(request, form) ? ambiguous() : await this.exchange.ask(request, reply);
    const refusal = await refusalIn(answer);
    // Whoever sends a code or a token again may have stolen it. What it gave before ends, also where the library is still writing it.
    if (refusal === 'invalid_grant' && family !== undefined)
      await this.end(family, Date.now() / 1000 + MAX_TOKEN_SECONDS);
    if (refusal === null)
      await this.issued(request, form, (await answer.clone().json()) as { access_token: string });
    else if (!WAITING.has(refusal)) await this.refused(request, form, answer.status, refusal);
    return this.send(request, reply, answer);
  }

  /** The library would show the person to a token that has ended before its time (OpenID Connect Core, section 5.3). */
  async userInfo(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const [, token = ''] = /^(?:Bearer|DPoP) +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (!(await this.isAlive(token))) throw invalidToken('ended_token');
    return this.send(request, reply, await this.exchange.askOpenly(request, `${AUTH_PATH}/oauth2/userinfo`));
  }

  async introspect(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const form = formOf(request);
    if (isAmbiguous(request, form)) return this.send(request, reply, ambiguous());
    const token = tokenIn(form);
    // The library authenticates who asks, and knows nothing of what it did not sign.
    const isKnown = !isJwt(token) || (await this.claimsOf(token)) !== undefined;
    const answer = await this.ask(request, reply, form, isKnown ? token : UNKNOWN);
    const { active, token_type: type } = (await jsonOf(answer)) as { active?: boolean; token_type?: string };
    const isOver =
      active === true && type !== 'refresh_token' && isJwt(token) && !(await this.isAlive(token));
    return this.send(request, reply, isOver ? Response.json({ active: false }) : answer);
  }

  /** The library cannot revoke what it only signed, so the service notes that the token has ended. */
  async revoke(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const form = formOf(request);
    if (isAmbiguous(request, form)) return this.send(request, reply, ambiguous());
    const token = tokenIn(form);
    const claims = isJwt(token) ? await this.claimsOf(token) : undefined;
    const answer = await this.ask(request, reply, form, isJwt(token) && !claims ? UNKNOWN : token);
    const refusal = await refusalIn(answer);
    if (refusal !== 'unsupported_token_type')
      return this.send(
        request,
        reply,
        (await isUnknown(answer)) ? new Response(null, { status: 200 }) : answer,
      );
    // The library has verified who asks. A token of another client is none of its business (RFC 7009, section 2.1).
    if (claims?.client_id === clientIdOf(request, form)) {
      const caller = isOfAgent(claims!) ? await this.callerOf(token) : undefined;
      await this.end(claims!.jti, claims!.exp);
      const { replicas, waitedMs } = await this.coherence.settle();
      reply.header('Coherence', `replicas=${replicas}, waited=${waitedMs}`);
      await this.record(request, 'oauth.revoke', claims!, caller);
    }
    return this.send(request, reply, new Response(null, { status: 200 }));
  }

  async register(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    if (this.settings.oauth.registration === 'off')
      return this.send(request, reply, Response.json(NO_REGISTRATION, { status: 400 }));
    const limited = await this.failures.count(request.ip);
    if (limited) throw limited;
    if (!(await this.registered.makeRoom())) {
      reply.header('Retry-After', '3600');
      return this.send(request, reply, Response.json(NO_ROOM, { status: 429 }));
    }
    const made = await this.exchange.ask(request, reply, { path: '/oauth2/register', isForwarded: true });
    const answer = await withOwnRedirects(made, this.dataSource);
    if (answer.status < 400) {
      const { client_id: clientId } = (await answer.clone().json()) as { client_id: string };
      await this.trail.attempted(
        { request, action: 'oauth.register', resource: `oauth_client:${clientId}`, metadata: {} },
        'success',
        null,
        undefined,
      );
    }
    return this.send(request, reply, answer);
  }

  /** Asks the library about a token, without what only the service strips from it. What is refused counts as a failure. */
  private async ask(
    request: FastifyRequest,
    reply: FastifyReply,
    form: URLSearchParams,
    token: string,
  ): Promise<Response> {
    form.set('token', token);
    request.body = Buffer.from(form.toString());
    request.headers['content-type'] = 'application/x-www-form-urlencoded';
    const answer = await this.exchange.ask(request, reply);
    // The exchange has counted a 401.
    const limited = answer.status >= 400 && answer.status !== 401 && (await this.failures.count(request.ip));
    if (limited) throw limited;
    return answer;
  }

  /** Returns what a token says whose signature is the service's. @returns `undefined` also for one that has expired */
  private async claimsOf(token: string): Promise<OwnClaims | undefined> {
    try {
      return await this.own.claimsOf(token);
    } catch {
      return undefined;
    }
  }

  /** Returns the family of the tokens that a code or a refresh token may give. Whether it does is not known yet. */
  private familyAt(form: URLSearchParams): Promise<string | undefined> {
    const type = form.get('grant_type') ?? '';
    return USED_ONCE.has(type)
      ? familyOf({ body: Object.fromEntries(form) }, type, this.dataSource)
      : Promise.resolve(undefined);
  }

  /** @param exp in seconds, as a token has it */
  private async end(id: string, exp: number): Promise<void> {
    await this.dataSource.query(
      'INSERT INTO oauth_ended_tokens (id, expires_at) VALUES ($1, to_timestamp($2)) ON CONFLICT DO NOTHING',
      [id, exp],
    );
  }

  private async isAlive(token: string): Promise<boolean> {
    return (await this.callerOf(token))?.keyState.ownerActive ?? false;
  }

  /** @returns `undefined` for a token that is not accepted */
  private async callerOf(token: string): Promise<Caller | undefined> {
    try {
      const { caller } = await this.ring.find(token);
      return caller;
    } catch {
      return undefined;
    }
  }

  private async issued(
    request: FastifyRequest,
    form: URLSearchParams,
    { access_token: token }: { access_token: string },
  ): Promise<void> {
    const claims = ownClaims.safeParse(isJwt(token) ? decodeJwt(token) : undefined);
    if (!claims.success) return;
    const caller = isOfAgent(claims.data) ? await this.callerOf(token) : undefined;
    await this.record(request, 'oauth.issue', claims.data, caller, form.get('grant_type'));
  }

  private async record(
    request: FastifyRequest,
    action: string,
    { client_id: clientId, sub, scope, gid, org, act, from }: OwnClaims,
    caller: Caller | undefined,
    grantType: string | null = null,
  ): Promise<void> {
    const userId = caller?.userId ?? (gid === undefined && !act ? await this.agentOf(clientId) : sub);
    const actors = caller?.actors ?? (act ? [sub, ...actorsIn(act)] : []);
    await this.trail.attempted(
      {
        request,
        action,
        resource: `oauth_client:${clientId}`,
        metadata: {
          scopes: scope.split(' '),
          ...(grantType !== null && { grantType }),
          ...(gid !== undefined && { grantId: gid }),
          ...(from && { exchangedFrom: from.map((earlier) => earlier.client_id) }),
        },
      },
      'success',
      null,
      userId === undefined
        ? undefined
        : { userId, keyId: null, keyStart: null, via: 'token', organizationId: org, clientId, actors },
    );
  }

  /** What was refused is counted as a wrong key is, so that guessing is slow and the audit is not filled by it. */
  private async refused(
    request: FastifyRequest,
    form: URLSearchParams,
    status: number,
    reason: string,
  ): Promise<void> {
    // The exchange has counted a 401, and a failure of the service or of an issuer is no guess.
    const isGuess = status !== 401 && status < 500;
    const limited = isGuess ? await this.failures.count(request.ip) : undefined;
    if (limited) throw limited;
    const clientId = clientIdOf(request, form);
    await this.trail.attempted(
      {
        request,
        action: 'oauth.issue',
        resource: clientId === undefined ? null : `oauth_client:${clientId.slice(0, 200)}`,
        metadata: { grantType: form.get('grant_type')?.slice(0, 100) ?? null },
      },
      'denied',
      reason,
      undefined,
    );
  }

  private async agentOf(clientId: string): Promise<string | undefined> {
    const [row] = await this.dataSource.query<{ id: string | null }[]>(
      'SELECT agent_id AS id FROM oauth_clients WHERE client_id = $1',
      [clientId],
    );
    return row?.id ?? undefined;
  }

  private async send(request: FastifyRequest, reply: FastifyReply, answer: Response): Promise<FastifyReply> {
    reply.header('Cache-Control', 'no-store');
    await sendAnswer(reply, answer, request.id);
    return reply;
  }
}

/** The grant types whose codes and tokens are good for one use. */
const USED_ONCE = new Set(['authorization_code', 'refresh_token']);

/** No access token lives longer. */
const MAX_TOKEN_SECONDS = 3_600;
