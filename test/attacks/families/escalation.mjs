// Every route and every tool, with every key that must not reach it: without a key, with each scope that does not cover
// it, as a member, an auditor and an agent.
import { scopeCovers } from '../../../dist/access/scopes.js';
import { codeOf } from '../client.mjs';
import { rowsOf, Site } from '../site.mjs';
import { notHeld } from '../tries.mjs';
import { argumentsOf, surfaceOf, urlOf } from '../surface.mjs';

const MANAGEMENT = /^(keys|users|audit):|^admin$/;

async function attack(tries) {
  await Site.with(async (site) => {
    const service = await site.start({ API_KEY_MAX_PER_USER: '1000' });
    const { client } = service;
    const surface = await surfaceOf(client, site.adminKey);
    const scopes = surface.scopes.map(({ scope }) => scope);
    const requiredBy = (tool) =>
      surface.scopes
        .filter((entry) => /:[^*]/.test(entry.scope) && entry.tools.includes(tool))
        .map(({ scope }) => scope);
    const owner = await site.person(client, { role: 'admin', scopes: ['admin'] });
    const keys = [];
    for (const scope of scopes) keys.push({ scope, ...(await site.key(client, owner.id, [scope])) });
    const state = async () =>
      JSON.stringify(
        await site.query(`SELECT (SELECT count(*) FROM api_keys WHERE revoked_at IS NULL AND enabled) AS keys,
          (SELECT count(*) FROM users) AS users, (SELECT count(*) FROM documents) AS documents,
          (SELECT md5(string_agg(scopes::text || coalesce(ip_allowlist::text, ''), ',' ORDER BY id)) FROM api_keys) AS scopes`),
      );
    const before = await state();
    const refused = [];

    for (const route of surface.routes.filter(({ scopes: required }) => required !== undefined)) {
      const ask = (key) => client.send(route.method, urlOf(route), { key, body: route.body });
      await tries.make(`${route.id} without a key`, async () => {
        const answer = await ask(undefined);
        if (answer.status !== 401) notHeld(`${answer.status} ${answer.text}`);
      });
      for (const { scope, key } of keys) {
        if (route.scopes.every((required) => scopeCovers(scope, required))) continue;
        await tries.make(`${route.id} with ${scope}`, async () => {
          const answer = await ask(key);
          if (answer.status !== 403 || codeOf(answer) !== 'insufficient_scope')
            notHeld(`${answer.status} ${answer.text}`);
          refused.push(answer.id);
        });
      }
    }

    for (const tool of surface.tools) {
      const required = requiredBy(tool.name);
      for (const { scope, key } of keys) {
        if (required.every((one) => scopeCovers(scope, one))) continue;
        for (const way of ['rpc', 'modern'])
          await tries.make(`tool ${tool.name} (${way}) with ${scope}`, async () => {
            const answer = await client[way](key, 'tools/call', {
              name: tool.name,
              arguments: argumentsOf(tool),
            });
            if (answer.status !== 403 || codeOf(answer) !== 'insufficient_scope')
              notHeld(`${answer.status} ${answer.text}`);
            refused.push(answer.id);
          });
        await tries.make(`tool ${tool.name} in the list of ${scope}`, async () => {
          const { body } = await client.rpc(key, 'tools/list');
          if (body.result.tools.some(({ name }) => name === tool.name)) notHeld('is shown');
        });
      }
    }
    await tries.make('nothing was changed by what was refused', async () => {
      if ((await state()) !== before) notHeld(`${before} became ${await state()}`);
    });
    await tries.make('every refusal of a known key has its row', async () => {
      const rows = await rowsOf(site, service, refused);
      const denied = new Set(rows.filter(({ outcome }) => outcome === 'denied').map((row) => row.request_id));
      const missing = refused.filter((id) => !denied.has(id));
      if (missing.length > 0) notHeld(`${missing.length} of ${refused.length} have none`);
    });
    await ceilings(tries, site, client, scopes);
  });
}

/** A role and an agent's key have ceilings that no route lets a key through. */
async function ceilings(tries, site, client, scopes) {
  const other = await site.person(client, { scopes: ['read'] });
  for (const role of ['member', 'auditor']) {
    const caller = await site.person(client, { role, scopes: ['keys:read', 'keys:write'] });
    for (const scope of scopes) {
      await tries.make(`a ${role} makes a key with ${scope} from one with keys:write`, async () => {
        const answer = await client.send('POST', '/api/mcp/keys', {
          key: caller.key,
          body: { name: 'Wider', scopes: [scope] },
        });
        if (answer.status === 201 && !['keys:read', 'keys:write'].includes(scope)) notHeld('was made');
      });
      await tries.make(`a ${role} gives its own key ${scope}`, async () => {
        const answer = await client.send('PATCH', `/api/mcp/keys/${caller.keyId}`, {
          key: caller.key,
          body: { scopes: [scope, 'keys:write', 'keys:read'] },
        });
        if (answer.status === 200 && !['keys:read', 'keys:write'].includes(scope)) notHeld('was given');
      });
    }
    const key = `/api/mcp/keys/${other.keyId}`;
    for (const { method, path, body } of [
      { method: 'GET', path: key },
      { method: 'GET', path: `${key}/usage` },
      { method: 'GET', path: `${key}/effective` },
      { method: 'PATCH', path: key, body: { name: 'Mine' } },
      { method: 'POST', path: `${key}/rotate`, body: {} },
      { method: 'DELETE', path: key },
    ])
      await tries.make(`a ${role}: ${method} ${path} of somebody else`, async () => {
        const answer = await client.send(method, path, { key: caller.key, body });
        const none = await client.send(method, path.replace(other.keyId, caller.id), {
          key: caller.key,
          body,
        });
        if (answer.status !== 404) notHeld(`${answer.status} ${answer.text}`);
        if (shown(answer) !== shown(none)) notHeld(`${answer.text} and ${none.text} differ`);
      });
  }
  const admin = await site.person(client, { role: 'admin', scopes: ['admin'] });
  for (const scope of scopes.filter((one) => MANAGEMENT.test(one))) {
    await tries.make(`an agent's key is made with ${scope}`, async () => {
      const body = { name: 'Agent', scopes: [scope], agent: true };
      const answer = await client.send('POST', '/api/mcp/keys', { key: admin.key, body });
      if (answer.status < 400) notHeld('was made');
    });
    await tries.make(`an agent's key is given ${scope}`, async () => {
      const agent = await site.key(client, admin.id, ['documents:read'], { agent: true });
      const body = { scopes: [scope] };
      const answer = await client.send('PATCH', `/api/mcp/keys/${agent.keyId}`, { key: admin.key, body });
      if (answer.status < 400) notHeld('was given');
    });
  }
  await tries.make("an agent's key is made a person's", async () => {
    const agent = await site.key(client, admin.id, ['documents:read'], { agent: true });
    const body = { agent: false };
    const answer = await client.send('PATCH', `/api/mcp/keys/${agent.keyId}`, { key: admin.key, body });
    if (answer.status < 400) notHeld('was done');
  });
}

const shown = ({ body }) => JSON.stringify({ ...body, requestId: undefined });

export const escalation = { attack };
