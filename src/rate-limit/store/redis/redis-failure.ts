/** Is the time within which Redis answers a charge. A call waits no longer than that. */
export const ANSWER_MS = 250;

/** Says, without an address or a password, why Redis cannot count. */
export class RedisFailure extends Error {
  override name = 'RedisFailure';

  static late(): RedisFailure {
    return new RedisFailure(`Redis did not answer within ${ANSWER_MS} ms`);
  }

  static garbage(): RedisFailure {
    return new RedisFailure('Redis answered something that is not a reply of the script');
  }

  static of(error: unknown): RedisFailure {
    if (error instanceof RedisFailure) return error;
    const { code, message = '' } = (error ?? {}) as { code?: unknown; message?: string };
    if (code === 'ETIMEDOUT') return RedisFailure.late();
    if (message.includes('OOM command not allowed')) return new RedisFailure('Redis is full');
    // An error reply begins with its code, such as READONLY, LOADING or WRONGPASS.
    const [, reply] = /^([A-Z]{3,20}) /.exec(message) ?? [];
    if (reply && reply !== 'ERR') return new RedisFailure(`Redis refuses to count: ${reply}`);
    if (reply) return new RedisFailure('Redis refuses to count');
    return new RedisFailure(`Redis cannot be reached${typeof code === 'string' ? ` (${code})` : ''}`);
  }
}
