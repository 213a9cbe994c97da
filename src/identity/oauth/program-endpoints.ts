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
import { actorsIn, ownClaims, type OwnClaims } from '../../oauth/tokens/token-claims.js';
import { TokenRing } from '../../oauth/tokens/token-ring.js';
import { sendAnswer } from '../http/auth-answer.js';
import { AuthExchange } from '../http/auth-exchange.js';
import { refusalIn } from '../http/auth-refusal.js';
import { clientIdOf, formOf } from './program-form.js';
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
    private readonly trail: AuditTrail,
    private readonly failures: FailedKeyLimiter,
    private readonly coherence: Coherence,
    private readonly registered: RegisteredClients,
  ) {}

  async token(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const answer = await this.exchange.ask(request, reply);
    const refusal = await refusalIn(answer);
    const form = formOf(request);
    if (refusal === null) await this.issued(request, form, (await answer.clone().json()) as Issued);
    else if (!WAITING.has(refusal)) await this.refused(request, form, answer.status, refusal);
    return this.send(request, reply, answer);
  }

  async introspect(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const answer = await this.exchange.ask(request, reply);
    const { active, token_type: type } = (await jsonOf(answer)) as { active?: boolean; token_type?: string };
    const token = formOf(request).get('token') ?? '';
    const isOver =
      active === true && type !== 'refresh_token' && isJwt(token) && !(await this.isAlive(token));
    return this.send(request, reply, isOver ? Response.json({ active: false }) : answer);
  }

  /** The library cannot revoke what it only signed, so the service notes that the token has ended. */
  async revoke(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const answer = await this.exchange.ask(request, reply);
    const refusal = await refusalIn(answer);
    const form = formOf(request);
    if (refusal !== 'unsupported_token_type') return this.send(request, reply, answer);
    const token = form.get('token') ?? '';
    const claims = ownClaims.safeParse(decodeJwt(token));
    // The library has verified the signature, and who asks. A token of another client is none of its business (RFC 7009, section 2.1).
    if (claims.success && claims.data.client_id === clientIdOf(request, form)) {
      const caller = isOfAgent(claims.data) ? await this.callerOf(token) : undefined;
      await this.dataSource.query(
        'INSERT INTO oauth_ended_tokens (id, expires_at) VALUES ($1, to_timestamp($2)) ON CONFLICT DO NOTHING',
        [claims.data.jti, claims.data.exp],
      );
      const { replicas, waitedMs } = await this.coherence.settle();
      reply.header('Coherence', `replicas=${replicas}, waited=${waitedMs}`);
      await this.record(request, 'oauth.revoke', claims.data, caller);
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
    { access_token: token }: Issued,
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

interface Issued {
  access_token: string;
}

/** Returns whether an agent acts in a token, for itself or for somebody. Who stands behind it is read. */
const isOfAgent = ({ gid, act }: OwnClaims): boolean => gid === undefined || act !== undefined;

const isJwt = (token: string | undefined): token is string => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token ?? '');

async function jsonOf(answer: Response): Promise<object> {
  try {
    return ((await answer.clone().json()) as object | null) ?? {};
  } catch {
    return {};
  }
}
