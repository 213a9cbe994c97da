import { isIP } from 'node:net';
import fc from 'fast-check';
import { type Caller, type CallerRequest, NO_ACTORS } from '../../access/caller.js';
import { type AuditSubject, auditRecord } from './audit-record.js';

const USER = {
  userId: 'ada',
  name: 'Ada',
  keyId: 'key-1',
  keyStart: 'mcp_AbCd',
  via: 'key',
  organizationId: 'engines',
  keyName: 'Laptop',
  clientId: null,
  actors: NO_ACTORS,
} as Caller;

const request = (more: Partial<CallerRequest> = {}): CallerRequest => ({
  id: 'request-1',
  ip: '192.0.2.1',
  method: 'POST',
  url: '/mcp',
  headers: {
    'user-agent': 'client/1.0',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  },
  user: USER,
  ...more,
});
const subject = (more: Partial<AuditSubject> = {}): AuditSubject => ({
  request: request(),
  action: 'tools/call',
  ...more,
});

describe('auditRecord', () => {
  it('says who did what, when it ended how, and from where', () => {
    const about = subject({
      tool: 'documents_get',
      resource: 'document:123',
      scopes: ['documents:read'],
      metadata: { query: 'a' },
    });
    expect(auditRecord(about, 'success', null, 12.5)).toEqual({
      userId: 'ada',
      userName: 'Ada',
      keyId: 'key-1',
      keyStart: 'mcp_AbCd',
      action: 'tools/call',
      tool: 'documents_get',
      resource: 'document:123',
      targets: ['document:123'],
      outcome: 'success',
      reason: null,
      elevated: false,
      scopes: ['documents:read'],
      ip: '192.0.2.1',
      userAgent: 'client/1.0',
      requestId: 'request-1',
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      durationMs: 12.5,
      metadata: { query: 'a' },
      via: 'key',
      organizationId: 'engines',
      keyName: 'Laptop',
      clientId: null,
      actors: null,
    });
  });

  it('names those who stand behind the caller, in order, and the client of a token', () => {
    const clientId = 'https://client.example/metadata.json';
    const acting = { ...USER, userId: 'robot', via: 'token', keyName: null, clientId } as Caller;
    const user = { ...acting, actors: ['ada', 'parent', 'robot'] };
    expect(auditRecord(subject({ request: request({ user }) }), 'success', null, 1)).toMatchObject({
      userId: 'robot',
      keyName: null,
      clientId,
      actors: ['ada', 'parent', 'robot'],
      metadata: {},
    });
  });

  it('keeps the id of a client as it is, up to 2,048 characters on one line', () => {
    const clientIdOf = (clientId: string) =>
      auditRecord(subject({ request: request({ user: { ...USER, clientId } }) }), 'success', null, 1)
        .clientId;
    const secretLike = `https://client.example/?of=ghp_${'a1B2'.repeat(9)}`;
    expect(clientIdOf(secretLike)).toBe(secretLike);
    expect(clientIdOf('a'.repeat(3_000))).toHaveLength(2_048);
    expect(clientIdOf('a\nb\u202e')).toBe('a\uFFFDb\uFFFD');
  });

  it('takes the trace from the call itself before the header, where it is well-formed', () => {
    const own = '0af7651916cd43dd8448eb211c80319c';
    const traceOf = (traceparent: unknown) =>
      auditRecord(subject({ traceparent }), 'success', null, 1).traceId;
    expect(traceOf(`00-${own}-b7ad6b7169203331-01`)).toBe(own);
    for (const broken of ['00-0-0-0', 5, null, undefined, {}])
      expect(traceOf(broken)).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
  });

  it('leaves empty what is not known', () => {
    const unknown = subject({ request: request({ user: undefined, headers: {}, ip: '' }) });
    expect(auditRecord(unknown, 'denied', 'missing_api_key', null)).toMatchObject({
      userId: null,
      userName: null,
      keyId: null,
      keyStart: null,
      tool: null,
      resource: null,
      reason: 'missing_api_key',
      targets: [],
      traceId: null,
      scopes: [],
      ip: null,
      userAgent: null,
      durationMs: null,
      metadata: {},
      keyName: null,
      clientId: null,
      actors: null,
    });
  });

  it('names the owner of a refused key, who is not the caller', () => {
    const owner = {
      userId: 'bob',
      keyId: 'key-2',
      keyStart: 'mcp_EfGh',
      keyName: 'Old',
      actors: ['ada', 'bob'],
    };
    const refused = subject({ request: request({ user: undefined }) });
    expect(auditRecord(refused, 'denied', 'revoked_api_key', null, owner)).toMatchObject(owner);
  });

  it('keeps of a caller only what a row has', () => {
    const caller = { ...USER, email: 'ada@example.com', grantId: 'grant-1', sessionId: 'session-1' };
    const record = auditRecord(subject({ request: request({ user: caller }) }), 'success', null, 1);
    expect(JSON.stringify(record)).not.toMatch(/ada@example\.com|grant-1|session-1/);
  });

  it.each([
    [['documents:read'], false],
    [['documents:read', 'documents:write'], false],
    [['documents:delete'], true],
    [['documents:read', 'keys:write'], true],
    [['audit:read'], true],
    [[], false],
  ])('marks the use of %j as elevated: %s', (scopes, elevated) => {
    expect(auditRecord(subject({ scopes }), 'success', null, 1).elevated).toBe(elevated);
  });

  it('keeps an address that PostgreSQL takes', () => {
    const ipOf = (ip: string) => auditRecord(subject({ request: request({ ip }) }), 'success', null, 1).ip;
    expect(ipOf('2001:db8::1')).toBe('2001:db8::1');
    expect(ipOf('::ffff:192.0.2.1')).toBe('::ffff:192.0.2.1');
    expect(ipOf('fe80::1%eth0')).toBe('fe80::1');
    expect(ipOf('unknown')).toBeNull();
    expect(ipOf("192.0.2.1', 'x")).toBeNull();
  });

  it('joins a header that came more than once', () => {
    const headers = { 'user-agent': ['a/1', 'b/2'] };
    expect(auditRecord(subject({ request: request({ headers }) }), 'success', null, 1).userAgent).toBe(
      'a/1, b/2',
    );
  });

  it('rounds the time to microseconds', () => {
    expect(auditRecord(subject(), 'success', null, 1.23456789).durationMs).toBe(1.235);
    expect(auditRecord(subject(), 'success', null, 0).durationMs).toBe(0);
  });

  it('is never refused by PostgreSQL: no text is long or holds NUL, whatever a client sends', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 600 }),
      fc.string({ unit: fc.constantFrom('\0', 'a', '%', '\u{1F600}'), minLength: 500, maxLength: 600 }),
    );
    fc.assert(
      fc.property(text, text, (one, two) => {
        const sent = request({ id: one, ip: two, headers: { 'user-agent': [one, two] } });
        const about = subject({ request: sent, action: one, tool: two, resource: one });
        const { action, tool, resource, requestId, userAgent, ip } = auditRecord(about, 'failure', null, 1);
        for (const value of [action, tool, resource, requestId, userAgent]) {
          expect(value!.length).toBeLessThanOrEqual(512);
          expect(value).not.toContain('\0');
        }
        expect(ip === null || isIP(ip) > 0).toBe(true);
      }),
    );
  });

  it('keeps short texts as they are', () => {
    const about = subject({ tool: 'größe "x"', resource: 'a'.repeat(512) });
    expect(auditRecord(about, 'success', null, 1)).toMatchObject({
      tool: 'größe "x"',
      resource: 'a'.repeat(512),
    });
  });
});
