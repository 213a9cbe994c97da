import { generateApiKey } from '../src/api-keys/key-format.js';
import { EventStream } from './support/event-stream.js';
import { TestService, type TestUser } from './support/test-service.js';
import { until } from './support/until.js';

const LIMIT = 4;

describe('A refused key', () => {
  let service: TestService;
  let user: TestUser;

  beforeAll(async () => {
    service = await TestService.start({
      env: { RATE_LIMIT_FAILED_KEYS: String(LIMIT), TRUST_PROXY: '127.0.0.1' },
    });
    user = await service.createUser();
  });
  afterAll(() => service.stop());

  let addresses = 0;
  const nextAddress = () => `192.0.2.${++addresses}`;
  const ask = (key: string | undefined, ip = nextAddress(), path = '/api/documents') =>
    service.request('GET', path, { key, headers: { 'x-forwarded-for': ip } });
  const rowsOf = (answer: { headers: Headers }) =>
    service.auditRows('request_id = $1', [answer.headers.get('x-request-id')]);
  const changed = async (change: string, owner = user) => {
    const key = await service.createKey(owner, ['documents:read']);
    await service.query(`UPDATE api_keys SET ${change} WHERE id = $1`, [key.id]);
    return key.apiKey;
  };
  const inactive = async () => {
    const owner = await service.createUser();
    const { apiKey } = await service.createKey(owner, ['documents:read']);
    await service.query('UPDATE users SET is_active = false WHERE id = $1', [owner.id]);
    return apiKey;
  };

  const KINDS: [string, number, () => Promise<string | undefined>][] = [
    ['missing_api_key', 401, async () => undefined],
    ['malformed_api_key', 401, async () => 'mcp_nonsense'],
    ['unknown_api_key', 401, async () => generateApiKey('mcp')],
    ['expired_api_key', 401, () => changed(`expires_at = now() - interval '1 day'`)],
    ['revoked_api_key', 401, () => changed('revoked_at = now()')],
    ['disabled_api_key', 401, () => changed('enabled = false')],
    ['account_inactive', 403, inactive],
    ['ip_not_allowed', 403, () => changed(`ip_allowlist = '{203.0.113.7}'`)],
  ];

  it.each(KINDS)('has a row with the reason %s, which the filter finds', async (reason, status, keyOf) => {
    const answer = await ask(await keyOf());
    expect(answer.status).toBe(status);
    const rows = await rowsOf(answer);
    expect(rows).toMatchObject([{ outcome: 'denied', reason }]);
    const all = await service.auditRows('reason = $1', [reason]);
    const ids = all.map(({ id }) => id).toReversed();
    const list = await service.request('GET', `/api/audit?reason=${reason}`, { key: service.adminKey });
    expect(list.body.events.map(({ id }: { id: string }) => id)).toEqual(ids);
    const file = await service.request('GET', `/api/audit/export?reason=${reason}`, {
      key: service.adminKey,
    });
    const lines = file.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string });
    expect(lines.map(({ id }) => id)).toEqual(ids);
  });

  it('is distinguished only in the audit: all except a missing key have the same response body', async () => {
    const kinds = KINDS.filter(([reason, status]) => status === 401 && reason !== 'missing_api_key');
    const bodies = [];
    for (const [, , keyOf] of kinds) {
      const { requestId: _, ...body } = (await ask(await keyOf())).body;
      bodies.push(JSON.stringify(body));
    }
    expect(bodies).toHaveLength(5);
    expect(new Set(bodies).size).toBe(1);
  });

  it('is followed live by its reason', async () => {
    const stream = await EventStream.open(`${service.url}/api/audit/stream?reason=unknown_api_key`, {
      headers: { 'x-api-key': service.adminKey },
    });
    try {
      expect(stream.status).toBe(200);
      const [malformed, unknown] = [await ask('mcp_nonsense'), await ask(generateApiKey('mcp'))];
      const [before, its] = [malformed, unknown].map(({ headers }) => headers.get('x-request-id'));
      // Rows of earlier tests may be written, and so appear in the stream, only now.
      const told = () => stream.messages as { requestId: string; reason: string }[];
      await until(() => told().some(({ requestId }) => requestId === its));
      expect(told().map(({ requestId }) => requestId)).not.toContain(before);
      expect(new Set(told().map(({ reason }) => reason))).toEqual(new Set(['unknown_api_key']));
    } finally {
      stream.break();
    }
  });

  it('has a bounded number of rows, counted by key for a known key and by address for any other caller', async () => {
    const known = await changed('revoked_at = now()');
    const ip = nextAddress();
    for (let call = 0; call < LIMIT * 2; call++) {
      await ask(generateApiKey('mcp'), ip);
      await ask('mcp_nonsense', ip);
      await ask(undefined, ip);
    }
    for (let call = 0; call < LIMIT * 2; call++) await ask(known, ip);
    const rows = await service.auditRows('ip = $1', [ip]);
    const ofKnown = rows.filter(({ key_id: keyId }) => keyId !== null);
    expect(rows.length - ofKnown.length).toBe(LIMIT + 1);
    expect(ofKnown).toHaveLength(LIMIT + 1);
    const others = await service.request('GET', `/api/audit?reason=rate_limited`, { key: service.adminKey });
    expect(others.body.events.length).toBeGreaterThan(0);
  });
});
