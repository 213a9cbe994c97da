import { PAGES } from '../src/identity/pages/page-paths.js';
import type { Browser } from './support/browser.js';
import { Contract, type DocumentedOperation } from './support/contract.js';
import { Mailbox } from './support/mailbox.js';
import { byPassword, person } from './support/people.js';
import { type Answer, TestService } from './support/test-service.js';

const NO_ROW = '01900000-0000-7000-8000-000000000000';
const JSON_TYPE = 'application/json';
const FORM = 'application/x-www-form-urlencoded';

/** What a browser says of a page that is not the service's own, and the code of the refusal. */
const FOREIGN: [who: string, headers: Record<string, string>, code: string][] = [
  ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }, 'origin_not_allowed'],
  ['a sandbox', { origin: 'null' }, 'origin_not_allowed'],
  ['another port of this machine', { origin: 'http://127.0.0.1:1' }, 'csrf_refused'],
  ['another site that says no origin', { 'sec-fetch-site': 'cross-site' }, 'csrf_refused'],
  ['a site of the same domain', { 'sec-fetch-site': 'same-site' }, 'csrf_refused'],
  ['the address bar', { 'sec-fetch-site': 'none' }, 'csrf_refused'],
  ['a browser that says nothing', {}, 'csrf_refused'],
];

/** How a page sends a body: by script, and by forms, which browsers let every page send. */
const SHAPES: [type: string, bodyOf: (members: Record<string, unknown>) => string][] = [
  [JSON_TYPE, (members) => JSON.stringify(members)],
  ['text/plain', (members) => JSON.stringify(members)],
  [FORM, (members) => new URLSearchParams(members as Record<string, string>).toString()],
  [
    'multipart/form-data; boundary=x',
    () => '--x\r\nContent-Disposition: form-data; name="file"; filename="a.md"\r\n\r\nText\r\n--x--\r\n',
  ],
];

/** The bodies that a page sends: from a page that is wholly foreign all, and from others the usual one, as the check reads no body. */
const shapesFrom = ({ 'sec-fetch-site': site }: Record<string, string>, usual: string) =>
  SHAPES.filter(([type]) => site === 'cross-site' || type === usual);

/** What the library behind `/auth` changes for who is signed in. */
const LIBRARY_PATHS = [
  'sign-out',
  'update-user',
  'change-password',
  'change-email',
  'delete-user',
  'revoke-sessions',
  'revoke-other-sessions',
  'two-factor/enable',
  'two-factor/disable',
  'passkey/delete-passkey',
];

describe('A page of another site, in the browser of somebody who is signed in', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let boss: Browser;
  let writing: DocumentedOperation[];
  /** Rows that a change would find, by the routes of their kind. */
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    mailbox = await Mailbox.open();
    service = await TestService.start({ env: { SMTP_URL: mailbox.url } });
    const admin = await person(service, mailbox, 'boss@example.com', 'admin');
    boss = await byPassword(admin.email, service.url);
    const target = await service.createUser();
    ids.users = target.id;
    ids['mcp/keys'] = (await service.createKey(target, ['read'])).id;
    for (const [plural, body] of [
      ['teams', { name: 'Team' }],
      ['agents', { name: 'Agent', scopes: ['documents:read'] }],
      ['documents', { title: 'Title', content: 'Content' }],
    ] as const)
      ids[plural] = (
        await service.request('POST', `/api/${plural}`, { key: service.adminKey, body })
      ).body.id;
    const document = (await service.request('GET', '/docs/openapi.json')).body;
    writing = new Contract(document).operations().filter(({ method }) => method !== 'GET');
  });
  afterAll(async () => {
    await service.stop();
    await mailbox.close();
  });

  /** All rows but those of the audit, which tells of the refusals, and without when something was used. */
  const rows = async () => {
    const tables = await service.query<{ name: string }>(
      `SELECT quote_ident(table_name) AS name FROM information_schema.tables
       WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name !~ '^(audit|coherence)_' ORDER BY 1`,
    );
    expect(tables.length).toBeGreaterThan(20);
    const counts = tables.map(
      ({ name }) =>
        `SELECT '${name}' AS name, count(*)::int AS count, md5(string_agg(row, ' ' ORDER BY row)) AS sum FROM (
           SELECT (to_jsonb(t) - 'last_seen_at' - 'last_used_at' - 'used_from')::text AS row FROM ${name} t) AS r`,
    );
    return service.query(`${counts.join(' UNION ALL ')} ORDER BY name`);
  };
  const successes = async () =>
    (await service.auditRows(`outcome = 'success' AND action NOT LIKE 'anomaly.%'`)).map(
      ({ action, resource }) => `${action} ${resource}`,
    );

  /** Runs requests that must change nothing. */
  async function expectUnchanged(work: () => Promise<unknown>): Promise<void> {
    const before = [await rows(), await successes()];
    await work();
    expect([await rows(), await successes()]).toEqual(before);
  }

  /** Sends a request with the cookies of the person. */
  async function send(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string,
  ): Promise<Answer> {
    const cookie = [...boss.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return service.request(method, path, {
      headers: { cookie, ...headers },
      ...(body !== undefined && { body }),
    });
  }

  const codeOf = ({ body }: Answer): string | undefined => body?.code ?? body?.error?.data?.code;
  const bodyOf = ({ operation }: DocumentedOperation): Record<string, unknown> =>
    operation.requestBody?.content?.[JSON_TYPE]?.example ?? {};
  const pathOf = ({ path }: DocumentedOperation, known = ids): string => {
    const plural = Object.keys(known).find((name) => path.startsWith(`/api/${name}/`));
    return path
      .replace('{id}', (plural !== undefined && known[plural]) || NO_ROW)
      .replace(/\{(\w+)\}/g, (_, name: string) => (name.endsWith('Id') ? NO_ROW : 'whoami'));
  };

  it.each(FOREIGN)('changes nothing by any route: %s', async (_, headers, code) => {
    expect(writing.length).toBeGreaterThan(50);
    const passed: unknown[] = [];
    await expectUnchanged(async () => {
      for (const operation of writing)
        for (const [type, shaped] of shapesFrom(headers, JSON_TYPE)) {
          const body = shaped(bodyOf(operation));
          const answer = await send(
            operation.method,
            pathOf(operation),
            { ...headers, 'content-type': type },
            body,
          );
          const codes = [code];
          // What no route reads is refused even before it is known who asks.
          if (type !== JSON_TYPE) codes.push('unsupported_media_type');
          // There a session never counts, from wherever.
          if (operation.path === '/mcp') codes.push('missing_api_key', 'method_not_allowed');
          if (!codes.includes(codeOf(answer)!)) passed.push([operation.id, type, answer.status, answer.text]);
        }
    });
    expect(passed).toEqual([]);
  });

  const fastify = () => service.service.app.getHttpAdapter().getInstance();
  const forms = () => Object.values(PAGES).filter((url) => fastify().hasRoute({ method: 'POST', url }));
  const members = {
    email: 'boss@example.com',
    password: 'correct horse battery staple',
    id: NO_ROW,
    query: 'a=b',
  };

  it.each(FOREIGN)('sends no form of the pages: %s', async (_, headers) => {
    expect(forms().length).toBeGreaterThan(15);
    const passed: unknown[] = [];
    await expectUnchanged(async () => {
      for (const path of forms())
        for (const [type, shaped] of shapesFrom(headers, FORM)) {
          const answer = await send('POST', path, { ...headers, 'content-type': type }, shaped(members));
          const statuses = type === FORM ? [403] : [403, 415];
          if (!statuses.includes(answer.status) || answer.headers.has('set-cookie'))
            passed.push([path, type, answer.status, answer.text]);
        }
    });
    expect(passed).toEqual([]);
  });

  it.each(FOREIGN)('changes nothing behind /auth: %s', async (_, headers, code) => {
    const passed: unknown[] = [];
    await expectUnchanged(async () => {
      for (const path of LIBRARY_PATHS)
        for (const [type, shaped] of shapesFrom(headers, JSON_TYPE)) {
          const answer = await send(
            'POST',
            `/auth/${path}`,
            { ...headers, 'content-type': type },
            shaped(members),
          );
          const codes = type === JSON_TYPE || type === FORM ? [code] : [code, 'unsupported_media_type'];
          if (!codes.includes(codeOf(answer)!)) passed.push([path, type, answer.status, answer.text]);
        }
    });
    expect(passed).toEqual([]);
  });

  it.each([
    ['by its origin', () => ({ origin: service.url })],
    ['by what the browser says of it', () => ({ 'sec-fetch-site': 'same-origin' })],
  ])('is told from one of the service: %s', async (_, headersOf) => {
    const headers = { ...headersOf(), 'content-type': JSON_TYPE };
    const refused: unknown[] = [];
    for (const operation of writing.filter(({ path }) => path !== '/mcp')) {
      // No row and an unknown member: it passes the check, and changes as little as it can.
      const answer = await send(operation.method, pathOf(operation, {}), headers, '{"unknown":true}');
      if (answer.status === 401 || ['csrf_refused', 'origin_not_allowed'].includes(codeOf(answer)!))
        refused.push([operation.id, answer.status, answer.text]);
    }
    const asForm = { ...headers, 'content-type': FORM };
    for (const path of forms().filter((path) => path !== PAGES.signOut)) {
      const answer = await send('POST', path, asForm, 'id=none');
      if (/was not sent from a page of this service/.test(answer.text)) refused.push([path, answer.status]);
    }
    expect(refused).toEqual([]);
    expect((await send('POST', '/api/documents', headers, '{"title":"Own","content":"page"}')).status).toBe(
      201,
    );
  });
});
