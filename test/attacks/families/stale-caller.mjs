// What a caller could do is changed on one process; on another, which still remembers the caller as it was, every change
// of keys and users is tried at once. Nothing may be left behind.
import { Site } from '../site.mjs';
import { notHeld } from '../tries.mjs';
import { surfaceOf, urlOf } from '../surface.mjs';

/** How a caller loses power: what is changed, and what its key was made with. */
const LOSSES = {
  'a demoted admin': ({ id }) => ['PATCH', `/api/users/${id}`, { role: 'member' }],
  'a deactivated admin': ({ id }) => ['PATCH', `/api/users/${id}`, { isActive: false }],
  'a revoked key': ({ keyId }) => ['DELETE', `/api/mcp/keys/${keyId}`],
  'a disabled key': ({ keyId }) => ['PATCH', `/api/mcp/keys/${keyId}`, { enabled: false }],
  'a narrowed key': ({ keyId }) => ['PATCH', `/api/mcp/keys/${keyId}`, { scopes: ['documents:read'] }],
  'a key bound to another address': ({ keyId }) => [
    'PATCH',
    `/api/mcp/keys/${keyId}`,
    { ipAllowlist: ['192.0.2.1'] },
  ],
  'a rotated key': ({ keyId }) => ['POST', `/api/mcp/keys/${keyId}/rotate`, {}],
};

/** What a caller would do with power that it has no more, beside every documented example. */
const hostileChanges = ({ sibling, otherAdmin, otherMember, otherKey }) => [
  ['POST', '/api/mcp/keys', { name: 'Left behind', scopes: ['admin'], userId: otherAdmin.id }],
  ['POST', '/api/mcp/keys', { name: 'Left behind', scopes: ['keys:write'] }],
  ['PATCH', `/api/mcp/keys/${sibling.keyId}`, { scopes: ['admin'] }],
  ['PATCH', `/api/mcp/keys/${sibling.keyId}`, { ipAllowlist: null, name: 'Unbound' }],
  ['PATCH', `/api/mcp/keys/${otherKey.keyId}`, { enabled: false }],
  ['POST', `/api/mcp/keys/${sibling.keyId}/rotate`, {}],
  ['POST', '/api/mcp/keys/rotate', undefined],
  ['DELETE', `/api/mcp/keys/${otherKey.keyId}`],
  ['POST', '/api/users', { email: 'left.behind@example.com', name: 'Left behind', role: 'admin' }],
  ['PATCH', `/api/users/${otherMember.id}`, { role: 'admin' }],
  ['PATCH', `/api/users/${otherMember.id}`, { isActive: false }],
];

const POWER = `
  SELECT jsonb_build_array(
    (SELECT jsonb_agg(to_jsonb(k) - ARRAY['last_used_at', 'used_from', 'grace_of', 'grace_seconds'] ORDER BY id) FROM api_keys k),
    (SELECT jsonb_agg(jsonb_build_array(id, email, role, is_active) ORDER BY id) FROM users),
    (SELECT count(*) FROM documents)) AS power`;

async function attack(tries) {
  await Site.with(async (site) => {
    const [a, b] = [(await site.start()).client, (await site.start()).client];
    const { routes } = await surfaceOf(a, site.adminKey);
    const changing = routes.filter(
      ({ method, scopes }) => method !== 'GET' && scopes?.some((scope) => /^(keys|users):/.test(scope)),
    );
    const otherAdmin = await site.person(a, { role: 'admin', scopes: ['admin'] });
    const otherMember = await site.person(a, { scopes: ['read'] });
    const otherKey = otherMember;
    const deleting = await site.person(a, { role: 'admin', scopes: ['admin'] });
    const power = async () => JSON.stringify((await site.query(POWER))[0].power);

    for (const [who, change] of Object.entries(LOSSES)) {
      const examples = changing.map((route) => [
        route.method,
        urlOf(route, route.path.startsWith('/api/users') ? otherMember.id : otherKey.keyId),
        route.body,
      ]);
      const count =
        hostileChanges({ sibling: otherKey, otherAdmin, otherMember, otherKey }).length + examples.length;
      for (let index = 0; index < count; index++) {
        const caller = await site.person(a, { role: 'admin', scopes: ['admin'] });
        const sibling = await site.key(a, caller.id, ['documents:read']);
        const [method, path, body] = [
          ...hostileChanges({ sibling, otherAdmin, otherMember, otherKey }),
          ...examples,
        ][index];
        await remembered(b, caller.key);
        await changed(a, site.adminKey, change(caller));
        await tries.make(`${who} on another process: ${method} ${path} ${JSON.stringify(body)}`, async () => {
          const before = await power();
          const answer = await b.send(method, path, { key: caller.key, body });
          if (answer.status < 400) notHeld(`was answered ${answer.status}`);
          if (answer.status >= 500) notHeld(`was answered ${answer.status}: ${answer.text}`);
          if ((await power()) !== before) notHeld(`was refused (${answer.status}), but changed something`);
        });
      }
      const caller = await site.person(a, { role: 'admin', scopes: ['admin'] });
      const { body: document } = await a.send('POST', '/api/documents', {
        key: caller.key,
        body: { title: 'Kept', content: 'Kept' },
      });
      await remembered(b, caller.key);
      await changed(a, site.adminKey, change(caller));
      if (who === 'a demoted admin') continue; // A member may delete its own documents.
      await tries.make(`${who} on another process: a tool with an elevated scope`, async () => {
        const answer = await b.call(caller.key, 'documents_delete', { id: document.id });
        const [left] = await site.query('SELECT id FROM documents WHERE id = $1', [document.id]);
        if (!left) notHeld(`ran (${answer.status})`);
      });
    }
    await tries.make('an admin whose power is whole still makes a key', async () => {
      const answer = await b.send('POST', '/api/mcp/keys', {
        key: deleting.key,
        body: { name: 'Good', scopes: ['read'] },
      });
      if (answer.status !== 201) notHeld(`was refused: ${answer.text}`);
    });
  });
}

/** From now on this process knows the key as it is. */
async function remembered(client, key) {
  const { status, text } = await client.send('GET', '/api/me', { key });
  if (status !== 200) throw new Error(text);
}

async function changed(client, key, [method, path, body]) {
  const { status, text } = await client.send(method, path, { key, body });
  if (status >= 300) throw new Error(text);
}

export const staleCaller = { attack };
