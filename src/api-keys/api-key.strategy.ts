import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-custom';
import type { Caller, CallerRequest } from '../access/caller.js';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import type { ErrorCode } from '../errors/error-codes.js';
import { ServiceError } from '../errors/service-error.js';
import { FailedKeyLimiter } from '../rate-limit/failed-key.limiter.js';
import { expiryWarning } from './expiry-warning.js';
import { GracePeriods } from './grace-periods.js';
import { hashApiKey, isHexKey, isWellFormedKey } from './key-format.js';
import { firstRefusal } from './key-refusals.js';
import { KeyRing, type KnownKey } from './key-ring.js';
import { LastUsedRecorder } from './last-used.recorder.js';
import { KeyExtractor } from './presented-key.js';

/** Turns a request's key into its {@link Caller}, or says in one of few ways why not. */
@Injectable()
export class ApiKeyStrategy extends PassportStrategy(Strategy, 'api-key') {
  private readonly extractor: KeyExtractor;
  private readonly prefix: string;
  private readonly acceptHex: boolean;

  constructor(
    @InjectSettings() settings: Settings,
    private readonly ring: KeyRing,
    private readonly failures: FailedKeyLimiter,
    private readonly lastUsed: LastUsedRecorder,
    private readonly graces: GracePeriods,
  ) {
    super();
    this.prefix = settings.apiKeys.prefix;
    this.acceptHex = settings.apiKeys.acceptHex;
    this.extractor = new KeyExtractor(this.prefix);
  }

  validate(request: CallerRequest): Caller | Promise<Caller> {
    const presented = this.extractor.extract(request);
    if (presented.kind === 'none') throw missingKey();
    if (presented.kind === 'malformed') throw this.failed(request, 'malformed_api_key');
    if (!this.isKey(presented.key)) throw this.failed(request, 'malformed_api_key');
    const known = this.ring.find(hashApiKey(presented.key));
    if (!(known instanceof Promise)) return this.admit(known, request);
    return known.then((found) => this.admit(found, request));
  }

  private admit(known: KnownKey | undefined, request: CallerRequest): Caller {
    if (!known) throw this.failed(request, 'unknown_api_key');
    const refusal = this.refusalOf(known, request);
    if (refusal) throw refusal;
    this.lastUsed.record(known.caller.keyId, request.ip);
    if (known.graceOf) this.graces.begin(known);
    return known.caller;
  }

  private isKey(text: string): boolean {
    return isWellFormedKey(text, this.prefix) || (this.acceptHex && isHexKey(text));
  }

  private refusalOf(known: KnownKey, request: CallerRequest): ServiceError | undefined {
    const { caller } = known;
    const refusal = firstRefusal(known, request.ip);
    switch (refusal) {
      case undefined:
        return undefined;
      case 'account_inactive':
        return this.barred(refusal, 'The account of this API key is deactivated', request, caller);
      case 'ip_not_allowed':
        return this.barred(refusal, 'This API key may not be used from this address', request, caller);
      default:
        return this.failed(request, refusal, caller);
    }
  }

  /** One and the same answer, whatever is wrong with a key; only the audit knows. */
  private failed(request: CallerRequest, reason: string, subject?: Caller): ServiceError {
    return (
      this.failures.count(request.ip, subject) ??
      new ServiceError('invalid_api_key', 401, 'The API key is not valid', {
        headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
        reason,
        ...(subject && { subject }),
      })
    );
  }

  /** A good key that is of no use now. It counts as a failed one: who keeps trying must not fill the audit. */
  private barred(code: ErrorCode, message: string, request: CallerRequest, subject: Caller): ServiceError {
    const headers = expiryWarning(subject.keyExpiresAt);
    return (
      this.failures.count(request.ip, subject) ??
      new ServiceError(code, 403, message, { subject, ...(headers && { headers }) })
    );
  }
}

const missingKey = () =>
  new ServiceError(
    'missing_api_key',
    401,
    'An API key is required: send it as "Authorization: Bearer <key>" or as "X-API-Key: <key>"',
    { headers: { 'WWW-Authenticate': 'Bearer' } },
  );
