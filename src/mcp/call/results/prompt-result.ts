import type { GetPromptResult, PromptMessage } from '@modelcontextprotocol/server';

/** Converts the returned value of a prompt's handler to a result. */
export function toPromptResult(value: unknown, description?: string): GetPromptResult {
  if (isPromptResult(value)) return value;
  const described = description === undefined ? {} : { description };
  if (Array.isArray(value) && value.every(isMessage)) return { ...described, messages: value };
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  return { ...described, messages: [{ role: 'user', content: { type: 'text', text } }] };
}

const isPromptResult = (value: unknown): value is GetPromptResult =>
  typeof value === 'object' &&
  value !== null &&
  'messages' in value &&
  Array.isArray(value.messages) &&
  value.messages.every(isMessage);

const isMessage = (value: unknown): value is PromptMessage =>
  typeof value === 'object' && value !== null && 'role' in value && 'content' in value;
