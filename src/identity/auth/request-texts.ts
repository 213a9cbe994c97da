import { APIError } from 'better-auth/api';
import { isPlainText } from '../../validation/plain-text.js';
import type { Hook } from './hook.js';

/** Refuses what PostgreSQL cannot store, and would fail at. */
export const checkTexts: Hook = ({ body, query }) => {
  for (const given of [body, query] as (Record<string, unknown> | undefined)[]) {
    const spoiled = Object.entries(given ?? {}).find(
      ([, value]) => typeof value === 'string' && !isPlainText(value),
    );
    if (spoiled)
      throw new APIError('BAD_REQUEST', {
        code: 'VALIDATION_ERROR',
        message: `${spoiled[0]} must be well-formed text without the character NUL`,
      });
  }
};
