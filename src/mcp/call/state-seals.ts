import { createHash, randomBytes } from 'node:crypto';
import {
  createRequestStateCodec,
  type RequestStateCodec,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CallerRequest } from '../../access/caller.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { SharedSecrets } from '../../shared-secrets/shared-secrets.js';
import { newId } from '../../common/new-id.js';
import type { InputState } from './client-input.js';
import { isObject, mcpBodyOf } from '../protocol/request-body.js';

/** The time that a client has to answer. */
export const STATE_SECONDS = 600;

export interface SealedState extends InputState {
  id: string;
}

/**
 * Seals the state that the client carries between the rounds of a call. A sealed state is valid only for the same
 * user, handler and arguments.
 */
@Injectable()
export class StateSeals implements OnModuleInit {
  private key: Uint8Array = randomBytes(32);

  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly secrets: SharedSecrets,
  ) {}

  /** Without a secret that is set or shared, the key is one of this process. */
  async onModuleInit(): Promise<void> {
    const { stateSecret } = this.settings.mcp;
    const secret =
      stateSecret ?? (await this.secrets.get('mcp_state', () => randomBytes(32).toString('base64')));
    if (secret !== undefined) this.key = createHash('sha256').update(secret).digest();
  }

  seal(state: InputState, context: ServerContext, request: CallerRequest): Promise<string> {
    return this.codecFor(request).mint({ ...state, id: newId() }, context);
  }

  /** @throws Error whose message is `malformed`, `mac`, `expired` or `bind` */
  open(state: string, context: ServerContext, request: CallerRequest): Promise<SealedState> {
    return this.codecFor(request).verify(state, context);
  }

  private codecFor(request: CallerRequest): RequestStateCodec<SealedState> {
    const bind = JSON.stringify([request.user!.userId, ...requestedHandler(request)]);
    return createRequestStateCodec({ key: this.key, ttlSeconds: STATE_SECONDS, bind: () => bind });
  }
}

function requestedHandler(request: CallerRequest): unknown[] {
  const body = mcpBodyOf(request);
  const { method, params } = body.ok && isObject(body.value) ? body.value : {};
  const { name, uri, arguments: input } = isObject(params) ? params : {};
  return [method, name, uri, input];
}
