import { ERROR_CODES, type ErrorCode } from './error-codes.js';
import { checkedData, checkedHeaders } from './error-parts.js';

export interface KeySubject {
  userId: string;
  keyId: string | null;
  keyStart: string | null;
  /** The name of the user. */
  name?: string;
  keyName?: string | null;
  via?: 'key' | 'session' | 'token';
  organizationId?: string;
  clientId?: string | null;
  /** Those who act, as a caller has them. */
  actors?: readonly string[];
}

/** Is on the errors of every copy of the package in the process: see `knownError`. */
export const SERVICE_ERROR_BRAND = Symbol.for('bouncer-mcp:service-error');

export interface ServiceErrorOptions {
  /** The HTTP status, if it is not the first one that {@link ERROR_CODES} has for the code. */
  status?: number;
  /** Response headers, such as `WWW-Authenticate`. */
  headers?: Record<string, string>;
  /** Public members beside `code`, such as `{ retryAfterSeconds: 12 }`. */
  data?: Record<string, unknown>;
  /** The reason, for the audit row only. It is more precise than `code` when the client must not learn it. */
  reason?: string;
  /** The owner of a refused key or session, for the audit row only. */
  subject?: KeySubject;
  cause?: unknown;
}

/**
 * Describes a failure with a public half (`code`, `status`, `message`, `data`) and a private one (`reason`, `cause`).
 * The status follows from the code. The constructor refuses what no response can carry, because it could not be
 * reported any more while the error itself is being sent.
 *
 * @example `throw new ServiceError('conflict', 'Already sent', { data: { sentAt } })`
 */
export class ServiceError extends Error {
  override name = 'ServiceError';
  readonly #options: Readonly<ServiceErrorOptions>;

  readonly status: number;

  /** @throws TypeError for a header or `data` that no response can carry. Clients then receive a plain 500. */
  constructor(
    readonly code: ErrorCode,
    message: string,
    options: ServiceErrorOptions = {},
  ) {
    super(message, { cause: options.cause });
    if (!Object.hasOwn(ERROR_CODES, code)) throw new TypeError(`${code} is not an error code`);
    const status = options.status ?? ERROR_CODES[code].status[0];
    if (!Number.isInteger(status) || status < 400 || status > 599)
      throw new TypeError(`${String(status)} is not the status of an error`);
    this.status = status;
    const { headers, data } = options;
    this.#options = Object.freeze({
      ...options,
      ...(headers && { headers: checkedHeaders(headers) }),
      ...(data && { data: checkedData(data) }),
    });
    // Nothing may change after the check, whoever holds the error.
    Object.freeze(this);
  }

  /** Does not accept an object that merely has the prototype, because it was never checked. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && #options in value;
  }

  get [SERVICE_ERROR_BRAND](): true {
    return true;
  }

  get options(): Readonly<ServiceErrorOptions> {
    return this.#options;
  }
}

/**
 * Makes a 404: the row does not exist or belongs to another user; the two look alike on purpose.
 *
 * @example `if (!invoice) throw notFound('Invoice');`
 */
export const notFound = (what: string) => new ServiceError('not_found', `${what} not found`);

/** Bounds the list of a request's mistakes, because nobody reads more. */
const MAX_LINES = 1_000;
const MAX_LINE_LENGTH = 500;

/**
 * Makes a 400: `errors` says which member is wrong and what to do, one line each.
 *
 * @example `throw validationFailed(['dueAt: must be after issuedAt']);`
 */
export const validationFailed = (errors: string[], message = errors.join('; ')) =>
  new ServiceError('validation_failed', message, {
    data: { errors: errors.slice(0, MAX_LINES).map((line) => line.slice(0, MAX_LINE_LENGTH)) },
  });

/**
 * Makes a 409: the request is well-formed but the present state forbids it.
 *
 * @example `if (invoice.sentAt) throw conflict('The invoice was sent already');`
 */
export const conflict = (message: string) => new ServiceError('conflict', message);

/**
 * Makes a 403: the caller has the scopes, but the service does not allow it this.
 *
 * @param reason for the audit row, where it is more precise than the client may learn
 * @example `if (invoice.approver !== caller.userId) throw forbidden('Another user approves this invoice');`
 */
export const forbidden = (message: string, reason?: string) =>
  new ServiceError('forbidden', message, reason === undefined ? {} : { reason });

/** Makes a 503 for when PostgreSQL does not answer. */
export const databaseUnavailable = (cause: unknown) =>
  new ServiceError('database_unavailable', 'The database is not available now. Retry.', {
    headers: { 'Retry-After': '5' },
    cause,
  });

/** Makes a 503 for when the service is shutting down. */
export const serviceStopping = () => new ServiceError('service_unavailable', 'The service is stopping');

/** Makes a 503 for a call that did not run, because its audit row could not be stored. */
export const auditUnavailable = (cause?: unknown) =>
  new ServiceError(
    'audit_unavailable',
    'The audit trail cannot take more rows now; nothing was done. Retry.',
    {
      headers: { 'Retry-After': '5' },
      cause,
    },
  );

/** Makes a 503 for a call that ran, but whose audit row might not survive a crash yet. */
export const auditRowNotSafe = (cause: unknown) =>
  new ServiceError(
    'audit_unavailable',
    'The call was done, but its audit row is not safely stored yet. Look before you retry.',
    { cause },
  );
