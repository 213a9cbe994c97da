import openapiTS, { astToString } from 'openapi-typescript';

const HEADER = '// Generated from the OpenAPI document of the service: npm run client:types\n\n';
const WORDS = new Set(['summary', 'description', 'title']);
const EXAMPLES = new Set(['example', 'examples']);

/** The TypeScript source of the types of an OpenAPI document, without what the client does not read. */
export const typesOf = async (document) =>
  HEADER + astToString(await openapiTS(withoutWords(withSuccessesOnly(document)), { alphabetize: true }));

/** The client throws errors of its own, and reads no headers. */
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

/** The words are at `/docs`. A member of that name which is a property is an object, not a text. */
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
