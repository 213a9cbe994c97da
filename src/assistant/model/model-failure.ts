/** Why a language model gave no whole answer, in words for the person who asked. */
export interface ModelFailure {
  /** For programs and the audit row, such as `provider_429`. */
  reason: string;
  /** Continues the sentence `The language model ...`. */
  text: string;
}

export const TIMED_OUT: ModelFailure = { reason: 'timeout', text: 'took too long' };
export const NO_ANSWER: ModelFailure = { reason: 'empty', text: 'gave no answer' };
export const CUT_OFF: ModelFailure = { reason: 'cut_off', text: 'stopped in the middle of its answer' };

/** Bounds the walk through the causes of an error. */
const MAX_CAUSES = 5;

/**
 * Says what went wrong, without the message of the provider: it may repeat the request, and with it the key or the
 * documents.
 */
export function modelFailureOf(error: unknown): ModelFailure {
  const status = statusOf(error);
  if (status === 429) return { reason: 'provider_429', text: 'is busy (status 429)' };
  if (status !== undefined)
    return { reason: `provider_${status}`, text: `refused the request (status ${status})` };
  return { reason: 'unreachable', text: 'could not be reached' };
}

/** The status of the provider's answer; a retry wraps the error of the last try. */
function statusOf(error: unknown): number | undefined {
  let inner = error as { statusCode?: unknown; lastError?: unknown; cause?: unknown } | undefined;
  for (let depth = 0; inner && depth < MAX_CAUSES; depth++) {
    // A stream that breaks off in the middle has the status of the answer that it began with.
    if (typeof inner.statusCode === 'number' && inner.statusCode >= 400) return inner.statusCode;
    inner = (inner.lastError ?? inner.cause) as typeof inner;
  }
  return undefined;
}
