import type { CompleteResult } from '@modelcontextprotocol/server';

/** The maximum number of values in an answer (MCP 2025-06-18, completion). */
const MAX_VALUES = 100;

export function toCompletionResult(value: unknown): CompleteResult {
  const values = Array.isArray(value) ? value.map(String) : [];
  return {
    completion: {
      values: values.slice(0, MAX_VALUES),
      total: values.length,
      hasMore: values.length > MAX_VALUES,
    },
  };
}
