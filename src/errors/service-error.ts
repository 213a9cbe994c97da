import { ERROR_CODES, type ErrorCode } from './error-codes.js';
import { checkedData, checkedHeaders } from './error-parts.js';

export interface KeySubject {
  userId: string;
  keyId: string;
  keyStart: string;
  /** Of the user. */
  name?: string;
  keyName?: string;
}

export interface ServiceErrorOptions {
  /** Response headers that belong to the refusal, such as `WWW-Authenticate`. */
  headers?: Record<string, string>;
  /** Public members beside `code`, such as `{ retryAfterSeconds: 12 }`. */
  data?: Record<string, unknown>;
  /** Why, for the audit row only: finer than `code` where the client must not learn it. */
  reason?: string;
  /** Whose key it was, where the request itself is not the caller's: for the audit row only. */
  subject?: KeySubject;
  cause?: unknown;
}

/**
 * A failure with a public half (`code`, `status`, `message`, `data`) and a private one (`reason`, `cause`). What cannot be
 * sent is found where the error is made, and not while it is answered: there, nobody is left to answer.
 *
 * @example `throw new ServiceError('conflict', 409, 'Already sent', { data: { sentAt } })`
 */
export class ServiceError extends Error {
  override name = 'ServiceError';
  readonly #options: Readonly<ServiceErrorOptions>;

  /** @throws TypeError for a header or `data` that no answer can carry: a mistake in the program, answered with a plain 500 */
  constructor(
    readonly code: ErrorCode,
    readonly status: number,
    message: string,
    options: ServiceErrorOptions = {},
  ) {
    super(message, { cause: options.cause });
    if (!Object.hasOwn(ERROR_CODES, code)) throw new TypeError(`${code} is no code of an error`);
    if (!Number.isInteger(status) || status < 400 || status > 599)
      throw new TypeError(`${String(status)} is no status of an error`);
    const { headers, data } = options;
    this.#options = Object.freeze({
      ...options,
      ...(headers && { headers: checkedHeaders(headers) }),
      ...(data && { data: checkedData(data) }),
    });
    // What was checked stays as it was, whoever has hold of it.
    Object.freeze(this);
  }

  /** What merely has the prototype, and was never checked, is none. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && #options in value;
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
export const notFound = (what: string) => new ServiceError('not_found', 404, `${what} not found`);

/** Of what is wrong with a request; nobody reads more. */
const MAX_LINES = 1_000;
const MAX_LINE_LENGTH = 500;

/**
 * Makes a 400: `errors` says which member is wrong and what to do, one line each.
 *
 * @example `throw validationFailed(['dueAt: must be after issuedAt']);`
 */
export const validationFailed = (errors: string[], message = errors.join('; ')) =>
  new ServiceError('validation_failed', 400, message, {
    data: { errors: errors.slice(0, MAX_LINES).map((line) => line.slice(0, MAX_LINE_LENGTH)) },
  });

/**
 * Makes a 409: the request is well-formed but the present state forbids it.
 *
 * @example `if (invoice.sentAt) throw conflict('The invoice was sent already');`
 */
export const conflict = (message: string) => new ServiceError('conflict', 409, message);

/** 503: nothing ran, because its audit row could not be kept. */
export const auditUnavailable = (cause?: unknown) =>
  new ServiceError(
    'audit_unavailable',
    503,
    'The audit trail cannot take more rows now; nothing was done. Retry.',
    {
      headers: { 'Retry-After': '5' },
      cause,
    },
  );

/** 503: it was done, but nobody can promise yet that its audit row will survive a crash. */
export const auditRowNotSafe = (cause: unknown) =>
  new ServiceError(
    'audit_unavailable',
    503,
    'The call was done, but its audit row is not safely stored yet. Look before you retry.',
    { cause },
  );
