import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-custom';
import type { Caller, CallerRequest } from '../access/caller.js';
import { TokenCheck } from '../access/token-check.js';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { ServiceError } from '../errors/service-error.js';
import { FailedKeyLimiter } from '../rate-limit/failed-key.limiter.js';
import { GracePeriods } from './grace-periods.js';
import { hashApiKey, isAcceptedKey } from './key-format.js';
import { firstRefusal } from './key-refusals.js';
import { KeyRing, type KnownKey } from './key-ring.js';
import { LastUsedRecorder } from './last-used.recorder.js';
import { KeyExtractor } from './presented-key.js';
import { invalidKey, refusedKey } from './refused-key.js';

/** Verifies the key of a request, or its OAuth token, and returns its {@link Caller}. */
@Injectable()
export class ApiKeyStrategy extends PassportStrategy(Strategy, 'api-key') {
  private readonly extractor: KeyExtractor;

  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly ring: KeyRing,
    private readonly failures: FailedKeyLimiter,
    private readonly lastUsed: LastUsedRecorder,
    private readonly graces: GracePeriods,
    private readonly tokens: TokenCheck,
  ) {
    super();
    this.extractor = new KeyExtractor(settings.apiKeys.prefix);
  }

  validate(request: CallerRequest): Caller | Promise<Caller> {
    const presented = this.extractor.extract(request);
    if (presented.kind === 'none') throw missingKey();
    if (presented.kind === 'token') return this.tokens.admit(request, presented);
    if (presented.kind === 'malformed' || !isAcceptedKey(presented.key, this.settings.apiKeys))
      return this.failures.refuse(request.ip, invalidKey('malformed_api_key'));
    const known = this.ring.find(hashApiKey(presented.key));
    if (!(known instanceof Promise)) return this.admit(known, request);
    return known.then((found) => this.admit(found, request));
  }

  private admit(known: KnownKey | undefined, request: CallerRequest): Caller | Promise<never> {
    if (!known) return this.failures.refuse(request.ip, invalidKey('unknown_api_key'));
    const refusal = firstRefusal(known, request.ip);
    // A refused key counts as a failed attempt, so that repeated attempts cannot fill the audit.
    if (refusal) return this.failures.refuse(request.ip, refusedKey(refusal, known.caller), known.caller);
    this.lastUsed.record(known.caller.keyId, request.ip);
    if (known.graceOf) this.graces.begin(known);
    return known.caller;
  }
}

const missingKey = () =>
  new ServiceError(
    'missing_api_key',
    'An API key is required: send it as "Authorization: Bearer <key>" or as "X-API-Key: <key>"',
    { headers: { 'WWW-Authenticate': 'Bearer' } },
  );
