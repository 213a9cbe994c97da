import openapiTS, { astToString } from 'openapi-typescript';

const HEADER = '// Generated from the OpenAPI document of the service: npm run client:types\n\n';
const WORDS = new Set(['summary', 'description', 'title']);
const EXAMPLES = new Set(['example', 'examples']);

/**
 * Returns the TypeScript source of the types of an OpenAPI document, without the parts that the client does not read.
 */
export const typesOf = async (document) =>
  HEADER + astToString(await openapiTS(withoutWords(withSuccessesOnly(document)), { alphabetize: true }));

/** Keeps successful responses only, because the client throws errors of its own and reads no headers. */
function withSuccessesOnly({ paths, components: { schemas }, ...rest }) {
  const kept = Object.entries(paths).map(([path, item]) => [path, mapValues(item, successesOf)]);
  return { ...rest, paths: Object.fromEntries(kept), components: { schemas } };
}

const successesOf = ({ responses, ...operation }) => ({
  ...operation,
  responses: Object.fromEntries(
    Object.entries(responses)
      .filter(([status]) => status.startsWith('2'))
      .map(([status, { description, content }]) => [status, { description, ...(content && { content }) }]),
  ),
});

/** Removes descriptions, which are at `/docs`. A property with such a name is an object, not a text, and is kept. */
function withoutWords(value) {
  if (Array.isArray(value)) return value.map(withoutWords);
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value).filter(
    ([name, of]) => !(WORDS.has(name) && typeof of === 'string') && !EXAMPLES.has(name),
  );
  return Object.fromEntries(kept.map(([name, of]) => [name, withoutWords(of)]));
}

const mapValues = (record, map) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
