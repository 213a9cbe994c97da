import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProtectedResource } from '../../../access/protected-resource.js';
import { ScopeCatalogue } from '../../../access/scope-catalogue.js';
import { InjectSettings } from '../../../config/settings.module.js';
import type { Settings } from '../../../config/settings.js';
import { grantableScopes, OFFLINE_SCOPE, PROTOCOL_SCOPES } from '../../../oauth/grantable-scopes.js';
import { FailedKeyLimiter } from '../../../rate-limit/failed-key.limiter.js';
import { sendAnswer } from '../../http/auth-answer.js';
import { AuthExchange } from '../../http/auth-exchange.js';
import { resourcesOf } from '../oauth-rules.plugin.js';
import { formOf } from '../program-form.js';
import { spelled } from './device-user-code.js';
import { withNewCodes } from './new-codes.js';

/** The path of the device authorization endpoint below `/auth`. */
export const DEVICE_CODE = '/device/code';

/** What a program says of itself. The library also takes the person whom a code is for, and anybody could name one. */
const CLIENT_MEMBERS = ['client_id', 'client_secret', 'client_assertion', 'client_assertion_type'];

interface Begun {
  verification_uri: string;
  expires_in: number;
  interval: number;
}

/** Gives a program without a browser the code that it shows to a person (RFC 8628, section 3.1). */
@Injectable()
export class DeviceEndpoint {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly exchange: AuthExchange,
    private readonly catalogue: ScopeCatalogue,
    private readonly resource: ProtectedResource,
    private readonly failures: FailedKeyLimiter,
  ) {}

  /** Each request counts as a wrong key does: anybody may ask, and each code that waits makes guessing one easier. */
  async begin(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const limited = await this.failures.count(request.ip);
    if (limited) throw limited;
    const form = formOf(request);
    const refusal = this.refusalOf(form);
    if (refusal) return this.send(request, reply, Response.json(refusal, { status: 400 }));
    const { answer, codes } = await withNewCodes(() =>
      this.exchange.ask(request, reply, { path: DEVICE_CODE, body: this.bodyOf(form) }),
    );
    if (answer.status >= 400) return this.send(request, reply, answer);
    const { verification_uri: page, ...begun } = (await answer.json()) as Begun;
    const userCode = spelled(codes.user);
    const shown = {
      ...begun,
      device_code: codes.device,
      user_code: userCode,
      verification_uri: page,
      verification_uri_complete: `${page}?user_code=${userCode}`,
    };
    return this.send(request, reply, Response.json(shown));
  }

  private refusalOf(form: URLSearchParams) {
    const names = [...form.keys()].filter((name) => name !== 'resource');
    if (new Set(names).size < names.length)
      return { error: 'invalid_request', error_description: 'A parameter is given twice' };
    const known: ReadonlySet<string> = new Set([...PROTOCOL_SCOPES, ...grantableScopes(this.catalogue)]);
    const unknown = scopesIn(form).filter((scope) => !known.has(scope));
    return unknown.length === 0
      ? undefined
      : { error: 'invalid_scope', error_description: `No client gets ${unknown.join(', ').slice(0, 200)}` };
  }

  private bodyOf(form: URLSearchParams): Record<string, unknown> {
    const members = CLIENT_MEMBERS.flatMap((name) => {
      const value = form.get(name);
      return value === null ? [] : [[name, value] as const];
    });
    const asked = scopesIn(form);
    const scopes = asked.length === 0 ? this.settings.oauth.defaultScopes : asked;
    const resources = form.getAll('resource').filter((name) => name !== '');
    return {
      ...Object.fromEntries(members),
      scope: [...new Set([...scopes, OFFLINE_SCOPE])].join(' '),
      resource: resourcesOf(resources.length === 0 ? undefined : resources, this.resource),
    };
  }

  private async send(request: FastifyRequest, reply: FastifyReply, answer: Response): Promise<FastifyReply> {
    reply.header('Cache-Control', 'no-store');
    await sendAnswer(reply, answer, request.id);
    return reply;
  }
}

const scopesIn = (form: URLSearchParams): string[] => (form.get('scope') ?? '').split(/\s+/).filter(Boolean);
