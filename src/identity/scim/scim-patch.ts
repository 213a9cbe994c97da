import { attributesOf, inputOf, type ScimInput } from './scim-input.js';
import { invalid } from './scim-error.js';

const MAX_OPERATIONS = 50;
/** What the paths of a change lead to, without the schema and in lower case. */
const PATHS: Readonly<Record<string, (value: unknown) => object>> = {
  active: (active) => ({ active }),
  username: (userName) => ({ userName }),
  externalid: (externalId) => ({ externalId }),
  displayname: (displayName) => ({ displayName }),
  name: (name) => ({ name }),
  'name.formatted': (formatted) => ({ name: { formatted } }),
  emails: (emails) => ({ emails }),
};
const ONE_EMAIL = /^emails\[[^\]]{1,100}\]\.value$/;
const SCHEMA = /^urn:ietf:params:scim:schemas:core:2\.0:user:/;

/**
 * Reads the operations of a change (RFC 7644, 3.5.2) as what they make of a user. Attributes that the service has no use for
 * are passed over, as directories send all they have.
 * @throws ScimError
 */
export function changesIn(body: unknown): ScimInput {
  const { operations } = attributesOf(body);
  if (!Array.isArray(operations) || operations.length === 0 || operations.length > MAX_OPERATIONS)
    throw invalid(`Operations must be a list of 1 to ${MAX_OPERATIONS}`, 'invalidSyntax');
  return Object.assign({}, ...operations.map(changeOf)) as ScimInput;
}

function changeOf(operation: unknown): ScimInput {
  const { op, path, value } = attributesOf(operation);
  const kind = typeof op === 'string' ? op.toLowerCase() : '';
  if (!['add', 'replace', 'remove'].includes(kind))
    throw invalid('op must be add, replace or remove', 'invalidSyntax');
  if (path === undefined) {
    if (kind === 'remove') throw invalid('remove needs a path', 'invalidPath');
    return Object.assign(
      {},
      ...Object.entries(attributesOf(value)).map(([name, one]) => at(name, one)),
    ) as ScimInput;
  }
  if (typeof path !== 'string' || path.length > 200) throw invalid('path must be a text', 'invalidPath');
  if (kind !== 'remove') return at(path, value);
  const name = path.toLowerCase().replace(SCHEMA, '');
  if (name === 'externalid') return { externalId: null };
  if (name === 'active' || name === 'username' || name.startsWith('emails'))
    throw invalid(`${path} cannot be removed`, 'invalidValue');
  return {};
}

function at(path: string, value: unknown): ScimInput {
  const name = path.toLowerCase().replace(SCHEMA, '');
  if (ONE_EMAIL.test(name)) return inputOf({ emails: [{ value }] });
  const wrap = Object.hasOwn(PATHS, name) ? PATHS[name] : undefined;
  return wrap ? inputOf(wrap(value)) : {};
}
