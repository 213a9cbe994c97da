import { ScopeCatalogue } from '../src/access/scope-catalogue.js';
import { scopeRisk } from '../src/access/scopes.js';
import { RISKS } from '../src/api-keys/listing/key-risk.js';
import { createOrganization, type TestOrganization } from './support/organizations.js';
import { type Answer, TestService } from './support/test-service.js';

const KEYS = '/api/mcp/keys';

interface ListedKey {
  id: string;
  name: string;
  userId: string;
  organizationId: string;
  owner?: { id: string; name: string; kind: string };
}

/** A key of the specs: its times are in days from now, those that were before negative. */
interface KeyOf {
  scopes: string[];
  used: number;
  ends: number | null;
  fields?: Record<string, unknown>;
  sql?: string;
}

const ROBOTS: Record<string, KeyOf> = {
  'Night report': { scopes: ['documents:read'], used: -100, ends: 3 },
  Deleter: {
    scopes: ['documents:read', 'documents:delete'],
    used: -200,
    ends: 30,
    fields: { ipAllowlist: ['192.0.2.0/24'] },
  },
  Root: { scopes: ['admin'], used: 0, ends: null },
  Cleaner: { scopes: ['keys:write'], used: -120, ends: 20 },
  Writer: { scopes: ['documents:write'], used: -20, ends: 40, sql: 'enabled = false' },
  Gone: { scopes: ['read'], used: -40, ends: 10, sql: 'revoked_at = now()' },
  Over: { scopes: ['read'], used: -50, ends: -1 },
};

describe('The list of all keys', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  const made = async (key: string, body: Record<string, unknown>): Promise<{ id: string; start: string }> => {
    const answer = await service.request('POST', KEYS, { key, body });
    if (answer.status !== 201) throw new Error(answer.text);
    return answer.body;
  };
  const listed = (key: string, search = '') =>
    service.request<{ keys: ListedKey[]; nextCursor: string | null }>('GET', `${KEYS}?owner=all${search}`, {
      key,
    });
  const idsOf = ({ body }: Awaited<ReturnType<typeof listed>>) => body.keys.map(({ id }) => id).sort();

  describe('names those whom they belong to', () => {
    let organization: TestOrganization;
    const ids: Record<string, string> = {};
    const keys: Record<string, string> = {};

    beforeAll(async () => {
      organization = await createOrganization(service);
      const { ownerKey: key } = organization;
      const post = async (path: string, body: unknown): Promise<string> => {
        const answer = await service.request('POST', path, { key, body });
        if (answer.status >= 300) throw new Error(answer.text);
        return answer.body.id;
      };
      for (const [name, role] of [
        ['maintainer', 'member'],
        ['colleague', 'member'],
        ['auditor', 'auditor'],
      ] as const) {
        const person = await organization.person({ name, role });
        ids[name] = person.id;
        keys[name] = await organization.keyOf(person, ['keys:*', 'agents:*', 'documents:read']);
      }
      ids.team = await post('/api/teams', { name: 'Research' });
      for (const [person, role] of [
        ['maintainer', 'maintainer'],
        ['colleague', 'member'],
      ] as const)
        await service.request('PUT', `/api/teams/${ids.team}/members/${ids[person]}`, {
          key,
          body: { role },
        });
      ids.agent = await post('/api/agents', {
        name: 'Nightly',
        scopes: ['documents:read'],
        ownerId: ids.team,
      });
      ids.below = await post('/api/agents', {
        name: 'Hourly',
        scopes: ['documents:read'],
        ownerId: ids.agent,
      });
      for (const owner of ['team', 'agent', 'below'])
        await made(key, { name: owner, scopes: ['documents:read'], userId: ids[owner] });
    });

    it('to an administrator, whether person, agent or team', async () => {
      const answer = await listed(organization.ownerKey, '&limit=100');
      expect(answer.status).toBe(200);
      expect(answer.body.keys.length).toBe(7);
      const owners = new Map(answer.body.keys.map(({ userId, owner }) => [userId, owner]));
      expect(owners.get(ids.maintainer!)).toEqual({ id: ids.maintainer, name: 'maintainer', kind: 'person' });
      expect(owners.get(ids.team!)).toEqual({ id: ids.team, name: 'Research', kind: 'team' });
      expect(owners.get(ids.agent!)).toEqual({ id: ids.agent, name: 'Nightly', kind: 'agent' });
      expect(answer.text).not.toMatch(/apiKey|hash/i);
    });

    it('is for others of their own keys, and of those of their agents and of the teams that they maintain', async () => {
      const all = (await listed(organization.ownerKey, '&limit=100')).body.keys;
      for (const person of ['maintainer', 'colleague', 'auditor']) {
        const key = keys[person]!;
        const reached: string[] = [];
        for (const { id } of all)
          if ((await service.request('GET', `${KEYS}/${id}`, { key })).status === 200) reached.push(id);
        expect([person, idsOf(await listed(key, '&limit=100'))]).toEqual([person, reached.sort()]);
        expect([person, reached.length]).toEqual([person, person === 'maintainer' ? 4 : 1]);
      }
    });

    it('has nothing of another organisation, by whatever filter and in whatever order', async () => {
      const other = await createOrganization(service);
      const searches = ['', '&order=risk', '&order=used', '&order=expires', '&words=spec', '&elevated=true'];
      for (const search of searches) {
        const { body } = await listed(other.ownerKey, search);
        expect([search, body.keys.map(({ organizationId }) => organizationId)]).toEqual([search, [other.id]]);
      }
    });

    it('needs the scope to read keys', async () => {
      const key = await organization.keyOf(organization.owner, ['documents:read']);
      expect((await listed(key)).body).toMatchObject({ code: 'insufficient_scope' });
    });

    it('leaves the list of one owner without it', async () => {
      const { ownerKey: key } = organization;
      for (const search of ['', `?userId=${ids.agent}`]) {
        const { keys: rows } = (await service.request('GET', KEYS + search, { key })).body;
        expect(rows.length).toBeGreaterThan(0);
        for (const row of rows) expect(row).not.toHaveProperty('owner');
      }
    });
  });

  describe('is filtered and ordered', () => {
    let organization: TestOrganization;
    const starts: Record<string, string> = {};

    beforeAll(async () => {
      organization = await createOrganization(service);
      const person = await organization.person({ name: 'Grace Hopper', role: 'admin' });
      for (const [name, { scopes, used, ends, fields, sql }] of Object.entries(ROBOTS)) {
        const body = { name, scopes, userId: person.id, ...fields };
        const { id, start } = await made(organization.ownerKey, body);
        starts[name] = start;
        await service.query(
          `UPDATE api_keys SET created_at = now() - interval '200 days', last_used_at = now() + make_interval(days => $2),
             expires_at = now() + make_interval(days => $3)${sql ? `, ${sql}` : ''}
           WHERE id = $1`,
          [id, used, ends],
        );
      }
      // Never used, and as old as it says.
      await service.query(`UPDATE api_keys SET last_used_at = NULL WHERE name = 'Deleter'`);
    });

    /** The names of the robots that are found, in their order. */
    const namesOf = async (search: string): Promise<string[]> => {
      const answer = await listed(organization.ownerKey, search);
      expect(answer.status).toBe(200);
      return answer.body.keys.map(({ name }) => name).filter((name) => name in ROBOTS);
    };

    it.each([
      ['state=live', ['Cleaner', 'Deleter', 'Night report', 'Root', 'Writer']],
      ['state=disabled', ['Writer']],
      ['state=expired', ['Over']],
      ['state=revoked', ['Gone']],
      ['unusedForDays=90', ['Cleaner', 'Deleter', 'Night report']],
      ['endsWithinDays=7', ['Night report']],
      ['endsWithinDays=25', ['Cleaner', 'Night report']],
      ['elevated=true', ['Cleaner', 'Deleter', 'Root']],
      ['elevated=false', ['Gone', 'Night report', 'Over', 'Writer']],
      ['anyAddress=false', ['Deleter']],
      ['anyAddress=true&state=live', ['Cleaner', 'Night report', 'Root', 'Writer']],
      ['words=REPORT', ['Night report']],
      ['words=report%20night', ['Night report']],
      ['words=hopper%20over', ['Over']],
      ['words=%25', []],
      ['words=night%20day', []],
      ['elevated=true&unusedForDays=150', ['Deleter']],
    ])('by %s', async (search, names) => {
      expect((await namesOf(`&${search}`)).sort()).toEqual(names);
    });

    it('by the characters that a key begins with', async () => {
      const found = await namesOf(`&words=${starts.Cleaner}`);
      expect(found).toContain('Cleaner');
    });

    it.each([
      ['used', ['Deleter', 'Cleaner', 'Night report', 'Over', 'Gone', 'Writer', 'Root']],
      ['expires', ['Over', 'Night report', 'Gone', 'Cleaner', 'Deleter', 'Writer', 'Root']],
      ['risk', ['Cleaner', 'Root', 'Deleter', 'Writer', 'Night report', 'Over', 'Gone']],
      ['created', Object.keys(ROBOTS).toReversed()],
    ])('by %s, on one page as on many', async (order, names) => {
      expect(await namesOf(`&order=${order}`)).toEqual(names);
      for (const limit of [1, 2, 3]) {
        const path = `${KEYS}?owner=all&order=${order}&limit=${limit}`;
        const pages = await service.pages<ListedKey>(organization.ownerKey, path, 'keys');
        expect(
          pages
            .flat()
            .map(({ name }) => name)
            .filter((name) => name in ROBOTS),
        ).toEqual(names);
      }
    });

    it('by one risk and in the order of risks at once', async () => {
      expect(await namesOf('&order=risk&elevated=true')).toEqual(['Cleaner', 'Root', 'Deleter']);
      expect(await namesOf('&order=risk&elevated=false&state=live')).toEqual(['Writer', 'Night report']);
    });

    it('also where it is that of one owner', async () => {
      const [key] = (await listed(organization.ownerKey, '&words=root')).body.keys;
      const answer = await service.request('GET', `${KEYS}?userId=${key!.userId}&order=risk&elevated=true`, {
        key: organization.ownerKey,
      });
      expect(answer.body.keys.map(({ name }: ListedKey) => name)).toEqual(['Cleaner', 'Root', 'Deleter']);
    });
  });

  describe('goes on by its cursor', () => {
    let organization: TestOrganization;

    beforeAll(async () => {
      organization = await createOrganization(service);
      for (let number = 0; number < 9; number++)
        await made(organization.ownerKey, { name: `Alike ${number}`, scopes: ['documents:read'] });
      await service.query(
        `UPDATE api_keys SET created_at = '2027-01-31', last_used_at = NULL,
           expires_at = CASE WHEN name < 'Alike 5' THEN '2030-01-31'::timestamptz END
         WHERE organization_id = $1`,
        [organization.id],
      );
    });

    it.each(['created', 'used', 'expires', 'risk'])(
      'over keys that are alike, and keys that are made meanwhile: by %s',
      async (order) => {
        const { ownerKey: key } = organization;
        // The owner's own key moves while it is used.
        const path = `${KEYS}?owner=all&words=alike&order=${order}`;
        const before = (await service.request('GET', `${path}&limit=100`, { key })).body.keys as ListedKey[];
        const seen: string[] = [];
        let cursor = '';
        do {
          const answer = await service.request('GET', `${path}&limit=2${cursor}`, { key });
          seen.push(...answer.body.keys.map(({ id }: ListedKey) => id));
          cursor = answer.body.nextCursor && `&cursor=${answer.body.nextCursor}`;
          await made(key, { name: 'Alike, made meanwhile', scopes: ['admin'] }).then(({ id }) =>
            service.request('DELETE', `${KEYS}/${id}`, { key }),
          );
        } while (cursor && seen.length < 100);
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen.filter((id) => before.some((known) => known.id === id))).toEqual(
          before.map(({ id }) => id),
        );
        await service.query(
          `DELETE FROM api_keys WHERE organization_id = $1 AND name = 'Alike, made meanwhile'`,
          [organization.id],
        );
      },
    );

    it.each(['used', 'expires', 'risk'])(
      'in the order %s, from a time in a year of five digits',
      async (order) => {
        const id = '01900000-0000-7000-8000-000000000000';
        for (const time of ['253402300800000', '999999999999999']) {
          const cursor = Buffer.from([order, 0, time, id].join(' ')).toString('base64url');
          expect((await listed(organization.ownerKey, `&order=${order}&cursor=${cursor}`)).status).toBe(200);
        }
      },
    );

    it('and refuses the cursor of another order', async () => {
      const { ownerKey: key } = organization;
      const orders = ['created', 'used', 'expires', 'risk'];
      for (const from of orders) {
        const { nextCursor } = (await listed(key, `&limit=1&order=${from}`)).body;
        for (const to of orders) {
          const answer: Answer = await listed(key, `&limit=1&order=${to}&cursor=${nextCursor}`);
          expect([from, to, answer.status]).toEqual([from, to, from === to ? 200 : 400]);
          if (from !== to) expect(answer.body.code).toBe('validation_failed');
        }
      }
    });
  });

  it.each([
    'owner=me',
    'owner=',
    'owner=all&owner=all',
    'owner=all&userId=01900000-0000-7000-8000-000000000000',
    'state=active',
    'state=live&state=live',
    'unusedForDays=0',
    'endsWithinDays=0',
    'endsWithinDays=3651',
    'endsWithinDays=soon',
    'endsWithinDays=1.5',
    'elevated=yes',
    'elevated=1',
    'elevated=',
    'anyAddress=none',
    'words=',
    'words=%20',
    'words=%00',
    `words=${'a'.repeat(101)}`,
    'words=1+2+3+4+5+6+7+8+9',
    'order=name',
    'order=risk&cursor=AAAA',
    'order=used&cursor=',
    `order=used&cursor=${Buffer.from('used 9 1 01900000-0000-7000-8000-000000000000').toString('base64url')}`,
    `order=used&cursor=${Buffer.from('used 0 1 nobody').toString('base64url')}`,
    'sort=risk',
  ])('refuses %s with what is wrong', async (search) => {
    const answer = await service.request('GET', `${KEYS}?${search}`, { key: service.adminKey });
    expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    expect(answer.body.errors.length).toBeGreaterThan(0);
  });

  it('rates the risk of keys as the service rates that of scopes', async () => {
    const names = service.service.app.get(ScopeCatalogue, { strict: false }).names();
    const more = [
      'invoices:read',
      'invoices:*',
      'invoices:publish',
      'audit:*',
      'metrics:*',
      'no scope',
      'a:B',
      '',
    ];
    const scopes = [...names, ...more];
    const rows = await service.query<{ risk: number }>(
      'SELECT api_key_risk(ARRAY[scope]) AS risk FROM unnest($1::text[]) WITH ORDINALITY AS s (scope, place) ORDER BY place',
      [scopes],
    );
    expect(scopes.map((scope, place) => [scope, RISKS[rows[place]!.risk]])).toEqual(
      scopes.map((scope) => [scope, scopeRisk(scope)]),
    );
    const [several] = await service.query(
      `SELECT api_key_risk(ARRAY['read', 'documents:delete', 'write']) AS several, api_key_risk('{}') AS none`,
    );
    expect(several).toEqual({ several: RISKS.indexOf('high'), none: 0 });
  });
});
