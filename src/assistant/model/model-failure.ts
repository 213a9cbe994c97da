/** Why a language model gave no whole answer, in words for the person who asked. */
export interface ModelFailure {
  /** For programs and the audit row, such as `provider_429`. */
  reason: string;
  /** Continues the sentence `The language model ...`. */
  text: string;
}

export const TIMED_OUT: ModelFailure = { reason: 'timeout', text: 'took too long' };
export const NO_ANSWER: ModelFailure = { reason: 'empty', text: 'gave no answer' };
const NOT_READABLE: ModelFailure = { reason: 'invalid', text: 'sent something that is no answer' };
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
  if (hasAnswered(error)) return NOT_READABLE;
  return { reason: 'unreachable', text: 'could not be reached' };
}

/** Whether there was a response that could not be read. */
const hasAnswered = (error: unknown): boolean =>
  causesOf(error).some(
    ({ statusCode, name }) =>
      typeof statusCode === 'number' || /JSONParse|TypeValidation|InvalidResponse/.test(name ?? ''),
  );

/** The status of the provider's answer; a retry wraps the error of the last try. */
const statusOf = (error: unknown): number | undefined =>
  // A stream that breaks off in the middle has the status of the answer that it began with.
  causesOf(error)
    .map(({ statusCode }) => statusCode)
    .find((status) => typeof status === 'number' && status >= 400) as number | undefined;

interface Cause {
  name?: string;
  statusCode?: unknown;
  lastError?: Cause;
  cause?: Cause;
}

function causesOf(error: unknown): Cause[] {
  const causes: Cause[] = [];
  let inner = error as Cause | undefined;
  for (
    ;
    typeof inner === 'object' && inner !== null && causes.length < MAX_CAUSES;
    inner = inner.lastError ?? inner.cause
  )
    causes.push(inner);
  return causes;
}
