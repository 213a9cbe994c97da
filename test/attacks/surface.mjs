// What can be called: read from the running service, so that a new route or tool is attacked as it lands.

const NO_ROW = '01900000-0000-7000-8000-000000000000';

/** @returns {Promise<{ routes: Route[], tools: Tool[], resources, templates, prompts }>} as an admin sees them */
export async function surfaceOf(client, adminKey) {
  const document = (await client.send('GET', '/docs/openapi.json')).body;
  const listed = async (method, plural) => (await client.rpc(adminKey, method)).body.result[plural];
  return {
    routes: routesIn(document),
    tools: await listed('tools/list', 'tools'),
    resources: await listed('resources/list', 'resources'),
    templates: await listed('resources/templates/list', 'resourceTemplates'),
    prompts: await listed('prompts/list', 'prompts'),
    scopes: (await client.send('GET', '/api/scopes', { key: adminKey })).body.scopes,
  };
}

function routesIn({ paths, components }) {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => {
      const content = operation.requestBody?.content?.['application/json'];
      return {
        id: operation.operationId,
        method: method.toUpperCase(),
        path,
        /** `undefined`: no key is asked for; empty: any key. */
        scopes: operation['x-required-scopes'],
        takesId: path.includes('{id}'),
        /** Where the document has an example, that; else made from the schema. */
        body: content && (content.example ?? sample(content.schema, components.schemas)),
        bodySchema: content && resolved(content.schema, components.schemas),
      };
    }),
  );
}

export const urlOf = ({ path }, id = NO_ROW) => path.replace('{id}', id).replace(/\{\w+\}/g, 'x');

/** Arguments that fit a tool's schema; `id` is given where it asks for one. */
export function argumentsOf({ inputSchema }, id = NO_ROW) {
  const args = sample(inputSchema, inputSchema.$defs ?? {});
  for (const name of Object.keys(args)) if (name === 'id') args[name] = id;
  return args;
}

const resolved = (schema, schemas) =>
  schema?.$ref ? resolved(schemas[schema.$ref.split('/').at(-1)], schemas) : schema;

/** The least value that a JSON Schema takes. */
export function sample(given, schemas = {}) {
  const schema = resolved(given, schemas) ?? {};
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const [first] = schema.anyOf ?? schema.oneOf ?? [];
  if (first) return sample(first, schemas);
  switch ([schema.type].flat()[0]) {
    case 'object':
      return Object.fromEntries(
        (schema.required ?? []).map((name) => [name, sample(schema.properties?.[name], schemas)]),
      );
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => sample(schema.items, schemas));
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'boolean':
      return true;
    default:
      return textFor(schema);
  }
}

function textFor({ format, minLength = 1 }) {
  if (format === 'uuid') return NO_ROW;
  if (format === 'email') return 'sample@example.com';
  if (format === 'date-time') return new Date(Date.now() + 3_600_000).toISOString();
  return 'sample'.padEnd(minLength, 'e');
}
