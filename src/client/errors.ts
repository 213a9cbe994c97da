/** What Bouncer says of a request that it refused. */
export interface BouncerProblem {
  /** In snake_case, such as `not_found`; `docs/errors.md` lists the codes. */
  code: string;
  detail: string;
  requestId?: string;
  [member: string]: unknown;
}

/**
 * A request that Bouncer refused.
 *
 * @example
 * ```ts
 * catch (error) {
 *   if (error instanceof BouncerError && error.code === 'not_found') return null;
 *   throw error;
 * }
 * ```
 */
export class BouncerError extends Error {
  override name = 'BouncerError';

  constructor(
    readonly status: number,
    readonly problem: BouncerProblem,
  ) {
    super(problem.detail);
  }

  get code(): string {
    return this.problem.code;
  }

  get requestId(): string | undefined {
    return this.problem.requestId;
  }
}

/**
 * A limit of calls a minute is reached.
 *
 * @example
 * ```ts
 * if (error instanceof RateLimited) await sleep(error.retryAfterSeconds * 1000);
 * ```
 */
export class RateLimited extends BouncerError {
  override name = 'RateLimited';

  constructor(
    status: number,
    problem: BouncerProblem,
    readonly retryAfterSeconds: number,
  ) {
    super(status, problem);
  }
}

/**
 * The key lacks a scope that the tool or route asks for.
 *
 * @example
 * ```ts
 * if (error instanceof InsufficientScope) show(`You may not do this: ${error.missingScopes.join(', ')}`);
 * ```
 */
export class InsufficientScope extends BouncerError {
  override name = 'InsufficientScope';

  constructor(
    status: number,
    problem: BouncerProblem,
    readonly missingScopes: readonly string[],
  ) {
    super(status, problem);
  }
}

/**
 * A user has no key that works, and none is made: Bouncer does not know the user, the client may not make keys, or
 * somebody took the key back. {@link Bouncer.forgetKey} lets the next call make a new one.
 *
 * @example
 * ```ts
 * if (error instanceof NoKeyForUser) redirect('/settings/agent-access');
 * ```
 */
export class NoKeyForUser extends Error {
  override name = 'NoKeyForUser';

  constructor(
    readonly email: string,
    why: string,
    options?: ErrorOptions,
  ) {
    super(`No key for ${email}: ${why}`, options);
  }
}

/**
 * A tool ran and failed; the message is what it says to the model.
 *
 * @example
 * ```ts
 * if (error instanceof ToolFailed) show(error.message);
 * ```
 */
export class ToolFailed extends Error {
  override name = 'ToolFailed';

  constructor(
    readonly tool: string,
    message: string,
  ) {
    super(message);
  }
}

/** The error that an answer with a status of 400 or more is. @param body as it was sent: problem details or JSON-RPC */
export function errorOf(status: number, headers: Headers, body: unknown): BouncerError {
  const problem = problemOf(status, body);
  if (problem.code === 'rate_limited') {
    const seconds = Number(problem.retryAfterSeconds ?? headers.get('retry-after') ?? 1);
    return new RateLimited(status, problem, seconds);
  }
  if (problem.code === 'insufficient_scope')
    return new InsufficientScope(status, problem, (problem.missingScopes as string[] | undefined) ?? []);
  return new BouncerError(status, problem);
}

/** The members that both forms share: of problem details they are its own, of a JSON-RPC error they stand in `data`. */
function problemOf(status: number, body: unknown): BouncerProblem {
  const { error, ...own } = isRecord(body) ? body : {};
  const rpc = isRecord(error) ? error : undefined;
  const members = isRecord(rpc?.data) ? rpc.data : own;
  return {
    ...members,
    code: typeof members.code === 'string' ? members.code : 'unknown',
    detail: [rpc?.message, members.detail].find(isText) ?? `Bouncer answered ${status}`,
  };
}

const isText = (value: unknown): value is string => typeof value === 'string';

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
