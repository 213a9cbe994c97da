import type { LanguageModel } from 'ai';
import type { Settings } from '../../config/settings.js';

type ModelSettings = NonNullable<Settings['assistant']['model']>;

/** Hosts whose newer models refuse `max_tokens`, which every other server knows. */
const NEW_TOKEN_LIMIT = /(^|\.)(openai\.com|azure\.com)$/;

/** A redirect could carry the key and the passages to another host. */
const fetchWithoutRedirects: typeof fetch = (input, init) => fetch(input, { ...init, redirect: 'error' });

/** Loads the package of the provider, which only a service with a language model needs, and makes the model. */
export async function makeModel({ provider, baseUrl, name, apiKey }: ModelSettings): Promise<LanguageModel> {
  const options = { baseURL: baseUrl, fetch: fetchWithoutRedirects };
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
