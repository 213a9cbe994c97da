import { invalid } from './scim-error.js';

/** A filter that directories find a user by. */
export interface ScimFilter {
  column: 'user_name' | 'external_id' | 'email';
  value: string;
}

const FILTER = /^\s*([\w.:[\]]{1,80})\s+eq\s+("(?:[^"\\]|\\.){0,500}")\s*$/i;
const COLUMNS: Readonly<Record<string, ScimFilter['column']>> = {
  username: 'user_name',
  externalid: 'external_id',
  emails: 'email',
  'emails.value': 'email',
};

/** @throws ScimError `invalidFilter` */
export function filterIn(text: unknown): ScimFilter | undefined {
  if (text === undefined || text === '') return undefined;
  const [, name = '', quoted = ''] = (typeof text === 'string' && FILTER.exec(text)) || [];
  const key = name.toLowerCase();
  const column = Object.hasOwn(COLUMNS, key) ? COLUMNS[key] : undefined;
  const value = column && stringIn(quoted);
  if (!column || value === undefined)
    throw invalid('Only userName, externalId and emails.value can be compared, by eq', 'invalidFilter');
  return { column, value };
}

function stringIn(quoted: string): string | undefined {
  try {
    const value: unknown = JSON.parse(quoted);
    return typeof value === 'string' && !value.includes('\0') ? value : undefined;
  } catch {
    return undefined;
  }
}
