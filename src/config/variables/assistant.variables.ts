import * as z from 'zod';
import { choice, httpUrl, integer } from '../value-schemas.js';
import { optional, withDefault } from '../variable.js';

/** The language model of the assistant, and what one answer may take. */
export const assistantVariables = {
  ASSISTANT_BASE_URL: optional(httpUrl, {
    description:
      'Where the language model of [the assistant](assistant.md) is served. The question and the passages found are sent there. It is set together with `ASSISTANT_MODEL`.',
    example: 'https://api.openai.com/v1',
    otherwise: 'the assistant answers with sentences of the documents, and nothing leaves the service',
  }),
  ASSISTANT_MODEL: optional(z.string().trim().min(1).max(200), {
    description: 'The name of the model, as its server knows it.',
    shape: 'a name',
    example: 'gpt-5-mini',
    otherwise: 'none',
  }),
  ASSISTANT_API_KEY: optional(z.string().trim().min(1), {
    description: 'The key for the server of the model. It is sent to no other host, and never logged.',
    shape: 'a key of the provider',
    example: 'sk-...',
    otherwise: 'no key is sent',
    secret: true,
  }),
  ASSISTANT_PROVIDER: withDefault(choice('openai-compatible', 'anthropic'), 'openai-compatible', {
    description:
      'The protocol of the server. OpenAI, Azure, Ollama, vLLM and most others speak `openai-compatible`.',
    example: 'anthropic',
  }),
  ASSISTANT_TIMEOUT_SECONDS: withDefault(integer(1, 600, 'seconds'), '60', {
    description:
      'How long a model may take for an answer. Then the answer goes on with sentences of the documents.',
    example: '30',
  }),
  ASSISTANT_MAX_OUTPUT_TOKENS: withDefault(integer(16, 100_000, 'tokens'), '2000', {
    description: 'The longest answer of a model, with what it may think before.',
    example: '1000',
  }),
  ASSISTANT_CONCURRENCY: withDefault(integer(1, 1000, 'answers'), '20', {
    description:
      'How many answers one process gives at a time. A further question is answered `too_many_streams`.',
    example: '50',
  }),
  ASSISTANT_USER_CONCURRENCY: withDefault(integer(1, 1000, 'answers'), '4', {
    description: 'How many answers one user gets at a time.',
    example: '2',
  }),
};
