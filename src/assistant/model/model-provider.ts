import type { LanguageModel } from 'ai';
import type { Settings } from '../../config/settings.js';

type ModelSettings = NonNullable<Settings['assistant']['model']>;

/** Hosts whose newer models refuse `max_tokens`, which every other server knows. */
const NEW_TOKEN_LIMIT = /(^|\.)(openai\.com|azure\.com)$/;

/**
 * Loads the package of the provider, which only a service with a language model needs, and makes the model.
 * @param maxBytes the longest response that is read, unpacked
 */
export async function makeModel(
  { provider, baseUrl, name, apiKey }: ModelSettings,
  maxBytes: number,
): Promise<LanguageModel> {
  const options = { baseURL: baseUrl, fetch: boundedFetch(maxBytes) };
  if (provider === 'anthropic') {
    const { createAnthropic } = await import('@ai-sdk/anthropic');
    return createAnthropic({ ...options, apiKey: apiKey ?? '' })(name);
  }
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  const needsNewLimit = NEW_TOKEN_LIMIT.test(new URL(baseUrl).hostname);
  return createOpenAICompatible({
    ...options,
    name: 'assistant',
    includeUsage: true,
    ...(apiKey !== undefined && { apiKey }),
    ...(needsNewLimit && { transformRequestBody: withNewLimit }),
  })(name);
}

const withNewLimit = ({ max_tokens: limit, ...body }: Record<string, unknown>): Record<string, unknown> =>
  limit === undefined ? body : { ...body, max_completion_tokens: limit };

/** A redirect is refused: it could carry the key and the passages to another host. */
const boundedFetch =
  (maxBytes: number): typeof fetch =>
  async (input, init) => {
    const response = await fetch(input, { ...init, redirect: 'error' });
    if (!response.body) return response;
    const { status, statusText, headers } = response;
    return new Response(response.body.pipeThrough(byteLimit(maxBytes)), { status, statusText, headers });
  };

function byteLimit(maxBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.length;
      if (bytes > maxBytes) controller.error(new Error(`The response has more than ${maxBytes} bytes`));
      else controller.enqueue(chunk);
    },
  });
}
