// A key that may write and not read never receives what it did not send: over every route and tool that changes a row.
import { Site } from '../site.mjs';
import { notHeld } from '../tries.mjs';
import { argumentsOf, surfaceOf, urlOf } from '../surface.mjs';

const KEPT = 'kept-8b1d5c';

async function attack(tries) {
  await Site.with(async (site) => {
    const { client } = await site.start();
    const surface = await surfaceOf(client, site.adminKey);
    /** A row of each kind whose every text says that it was kept. */
    const rows = {
      documents: async () =>
        made(client, site.adminKey, '/api/documents', {
          title: `${KEPT} title`,
          content: `${KEPT} content`,
          filename: `${KEPT}.md`,
        }),
      users: async () =>
        made(client, site.adminKey, '/api/users', {
          email: `${KEPT}.${Math.random().toString(36).slice(2)}@example.com`,
          name: `${KEPT} name`,
        }),
      keys: async () =>
        made(client, site.adminKey, '/api/mcp/keys', {
          name: `${KEPT} name`,
          scopes: ['read'],
          metadata: { note: KEPT },
        }),
      teams: async () => made(client, site.adminKey, '/api/teams', { name: `${KEPT} ${Math.random()}` }),
      organizations: async () => made(client, site.adminKey, '/api/organizations', { name: KEPT }),
      agents: async () =>
        made(client, site.adminKey, '/api/agents', { name: KEPT, scopes: ['documents:read'] }),
      clients: async () => ({ id: (await oauthClient(client, site.adminKey)).clientId }),
      grants: async () => ({ id: await grantOf(site, client, (await owner(site)).id) }),
      sessions: async () => ({ id: await site.session((await owner(site)).id, `${KEPT} agent`) }),
    };
    const writing = surface.routes.filter(
      ({ method, scopes = [] }) => method !== 'GET' && scopes.some((scope) => scope.endsWith(':write')),
    );
    for (const route of writing) {
      const key = (await site.key(client, (await owner(site)).id, route.scopes)).key;
      const resource = route.scopes[0].split(':')[0];
      for (const body of bodiesFor(route)) {
        await tries.make(
          `${route.id} with ${route.scopes} alone, ${JSON.stringify(body)?.slice(0, 120)}`,
          async () => {
            const id = route.takesId ? (await rows[resource]()).id : undefined;
            const answer = await client.send(route.method, urlOf(route, id), { key, body });
            if (answer.status >= 500) notHeld(answer.text);
            if (answer.text.includes(KEPT)) notHeld(`received ${answer.text.slice(0, 400)}`);
          },
        );
      }
    }
    const toolScopes = (name) =>
      surface.scopes
        .filter(({ scope, tools }) => /:[^*]/.test(scope) && tools.includes(name))
        .map(({ scope }) => scope);
    for (const tool of surface.tools) {
      const scopes = toolScopes(tool.name);
      if (scopes.length === 0 || scopes.some((scope) => scope.endsWith(':read'))) continue;
      const { key } = await site.key(client, (await owner(site)).id, scopes);
      for (const more of [{}, ...membersOf(tool.inputSchema).map((name) => ({ [name]: null }))]) {
        await tries.make(`tool ${tool.name} with ${scopes} alone, ${JSON.stringify(more)}`, async () => {
          const { id } = await rows.documents();
          const args = { ...argumentsOf(tool, id), ...more, ...('id' in more && { id }) };
          const answer = await client.call(key, tool.name, args);
          if (answer.status >= 500) notHeld(answer.text);
          if (answer.text.includes(KEPT)) notHeld(`received ${answer.text.slice(0, 400)}`);
        });
      }
    }
    await tries.make('a key that may read as well receives the row', async () => {
      const { id } = await rows.documents();
      const { key } = await site.key(client, (await owner(site)).id, ['documents:read', 'documents:write']);
      const answer = await client.send('PATCH', `/api/documents/${id}`, { key, body: { filename: null } });
      if (!answer.text.includes(KEPT)) notHeld(answer.text);
    });
  });
}

const oauthClient = (client, key) =>
  made(client, key, '/api/oauth/clients', {
    name: KEPT,
    redirectUris: [`https://client.example.com/${KEPT}`],
  });

async function grantOf(site, client, userId) {
  const { clientId } = await oauthClient(client, site.adminKey);
  const [{ id }] = await site.query(
    `INSERT INTO oauth_consents (id, client_id, user_id, reference_id, scopes, created_at, updated_at)
     SELECT gen_random_uuid(), $1, $2, organization_id, '["documents:read"]', now(), now()
     FROM memberships WHERE user_id = $2 RETURNING id`,
    [clientId, userId],
  );
  return id;
}

/** The first admin: the rows are its own. */
async function owner(site) {
  const [user] = await site.query(`SELECT id FROM users WHERE email = 'admin@localhost'`);
  return user;
}

async function made(client, key, path, body) {
  const answer = await client.send('POST', path, { key, body });
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.body;
}

const membersOf = (schema) => Object.keys(schema?.properties ?? {});

/** The example, nothing, and each member by itself as `null` and as a text. */
function bodiesFor({ body, bodySchema }) {
  if (bodySchema === undefined) return [undefined];
  const members = membersOf(bodySchema);
  return [body, {}, ...members.flatMap((name) => [{ [name]: null }, { [name]: 'sent' }])];
}

export const writeOnly = { attack };
