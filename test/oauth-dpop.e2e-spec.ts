import { execFile } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decodeJwt, exportJWK } from 'jose';
import { AgentClient } from './support/agent-client.js';
import { DpopKey, type ProofParts } from './support/dpop-key.js';
import { OAuthProgram } from './support/oauth-program.js';
import { Replica } from './support/replica.js';
import { type Answer, TestService, type TestUser } from './support/test-service.js';

const SCOPES = ['read', 'write'];
const ALGORITHMS = 'ES256 EdDSA RS256 PS256';
const now = () => Math.floor(Date.now() / 1000);

const run = promisify(execFile);
const PROGRAM = join(__dirname, 'support/dpop-client.mjs');

describe('A token that is bound to a key (RFC 9449)', () => {
  let service: TestService;
  let ada: TestUser;
  let adaKey: string;
  let client: AgentClient;
  let key: DpopKey;
  let token: string;
  let url: string;

  beforeAll(async () => {
    service = await TestService.start({ env: { RATE_LIMIT_FAILED_KEYS: '10000' } });
    ada = await service.createUser({ name: 'Ada' });
    ({ apiKey: adaKey } = await service.createKey(ada, ['read', 'write', 'agents:*']));
    client = await agentClient();
    key = await DpopKey.generate();
    token = await boundToken(client, key);
    url = `${service.url}/api/me`;
  });
  afterAll(() => service.stop());

  const agentClient = async (): Promise<AgentClient> => {
    const made = await service.request('POST', '/api/agents', {
      key: adaKey,
      body: { name: 'Reporter', scopes: SCOPES },
    });
    return AgentClient.withKey(service, { agentId: made.body.id, scopes: SCOPES });
  };
  const atTokens = async (of: DpopKey, parts: Partial<ProofParts> = {}) => ({
    DPoP: await of.proof({ method: 'POST', url: `${service.url}/auth/oauth2/token`, ...parts }),
  });
  const boundToken = async (of: AgentClient, by: DpopKey): Promise<string> => {
    const { status, body, text } = await of.own({}, await atTokens(by));
    expect([status, text, body.token_type]).toEqual([200, expect.any(String), 'DPoP']);
    expect(decodeJwt(body.access_token).cnf).toEqual({ jkt: await by.thumbprint() });
    return body.access_token;
  };
  const send = (proof: string | undefined, { path = '/api/me', scheme = 'DPoP', method = 'GET' } = {}) =>
    service.request(method, path, {
      headers: { authorization: `${scheme} ${token}`, ...(proof !== undefined && { dpop: proof }) },
    });
  const prove = (parts: Partial<ProofParts> = {}) => key.proof({ url, token, ...parts });
  const refusalIn = async (answer: Answer) => {
    await service.auditRows();
    const [row] = await service.query('SELECT reason FROM audit_events WHERE request_id = $1', [
      answer.headers.get('x-request-id'),
    ]);
    const [, error] = /^DPoP error="(\w+)"/.exec(answer.headers.get('www-authenticate') ?? '') ?? [];
    return [answer.status, answer.body.code, error, row?.reason];
  };

  it.each(ALGORITHMS.split(' '))('is accepted with a proof by %s', async (alg) => {
    const by = await DpopKey.generate(alg);
    const bound = await boundToken(client, by);
    const answer = await service.request('GET', '/api/me', {
      headers: { authorization: `DPoP ${bound}`, dpop: await by.proof({ url, token: bound }) },
    });
    expect([answer.status, answer.body.scopes]).toEqual([200, SCOPES]);
  });

  it('is accepted at each name that the service has on this machine, whatever the query', async () => {
    const { port } = new URL(service.url);
    for (const at of [`http://localhost:${port}/api/me`, `http://127.0.0.1:${port}/api/me`, `${url}?a=b`])
      expect([at, (await send(await prove({ url: at }))).status]).toEqual([at, 200]);
    expect((await send(await prove(), { path: '/api/me?a=b' })).status).toBe(200);
  });

  it('is refused without a proof, and the answer says which algorithms there are', async () => {
    const answer = await send(undefined);
    expect(await refusalIn(answer)).toEqual([
      401,
      'invalid_token',
      'invalid_dpop_proof',
      'dpop_proof_missing',
    ]);
    expect(answer.headers.get('www-authenticate')).toMatch(
      new RegExp(`^DPoP error=.*, algs="${ALGORITHMS}", resource_metadata="${service.url}/\\.well-known/`),
    );
  });

  it('is refused as a bearer token, and a token that is bound to no key by the scheme DPoP', async () => {
    expect(await refusalIn(await send(await prove(), { scheme: 'Bearer' }))).toEqual([
      401,
      'invalid_token',
      'invalid_token',
      'dpop_bearer',
    ]);
    const unbound = (await client.own()).body.access_token;
    const answer = await service.request('GET', '/api/me', {
      headers: { authorization: `DPoP ${unbound}`, dpop: await key.proof({ url, token: unbound }) },
    });
    expect(await refusalIn(answer)).toEqual([401, 'invalid_token', 'invalid_token', 'dpop_unbound']);
  });

  it('is refused with a proof that was sent before', async () => {
    const proof = await prove();
    expect((await send(proof)).status).toBe(200);
    expect(await refusalIn(await send(proof))).toEqual([
      401,
      'invalid_token',
      'invalid_dpop_proof',
      'dpop_proof_replayed',
    ]);
  });

  it('takes one of many requests that send the same proof at the same time', async () => {
    const proof = await prove();
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(proof)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('is accepted with a proof once over all replicas', async () => {
    const replica = await Replica.of(service, [], { PUBLIC_URL: service.url });
    const { port } = replica.service.app.getHttpServer().address() as AddressInfo;
    try {
      const proof = await prove();
      const answers = await Promise.all(
        [service.url, `http://127.0.0.1:${port}`].map((at) =>
          fetch(`${at}/api/me`, { headers: { authorization: `DPoP ${token}`, dpop: proof } }),
        ),
      );
      expect(answers.map(({ status }) => status).sort((one, other) => one - other)).toEqual([200, 401]);
    } finally {
      await replica.stop();
    }
  });

  it.each<[string, string, () => Partial<ProofParts> | Promise<Partial<ProofParts>>]>([
    ['for another method', 'proof_method', () => ({ method: 'POST' })],
    ['for another path', 'proof_target', () => ({ url: `${service.url}/api/documents` })],
    ['for another service', 'proof_target', () => ({ url: 'https://elsewhere.example/api/me' })],
    ['for no address', 'proof_target', () => ({ url: '/api/me' })],
    ['for another token', 'proof_of_other_token', () => ({ token: 'another' })],
    ['for no token', 'proof_malformed', () => ({ claims: { ath: 7 } })],
    ['from more than a minute ago', 'proof_time', () => ({ claims: { iat: now() - 70 } })],
    ['from the future', 'proof_time', () => ({ claims: { iat: now() + 30 } })],
    ['without a time', 'proof_malformed', () => ({ claims: { iat: undefined } })],
    ['without an id', 'proof_malformed', () => ({ claims: { jti: undefined } })],
    ['of another type', 'proof_malformed', () => ({ header: { typ: 'jwt' } })],
    ['without its key', 'proof_malformed', () => ({ header: { jwk: undefined } })],
    [
      'that shows the secret of its key',
      'proof_malformed',
      async () => ({ header: { jwk: await exportJWK(key.privateKey) } }),
    ],
    [
      'that another key has signed',
      'proof_signature',
      async () => ({ signer: (await DpopKey.generate()).privateKey }),
    ],
  ])('is refused with a proof %s', async (_, problem, parts) => {
    const answer = await send(await prove(await parts()));
    expect(await refusalIn(answer)).toEqual([401, 'invalid_token', 'invalid_dpop_proof', `dpop_${problem}`]);
  });

  it('is refused with a proof of another key, whoever stole the token', async () => {
    const thief = await DpopKey.generate();
    const answer = await send(await thief.proof({ url, token }));
    expect(await refusalIn(answer)).toEqual([
      401,
      'invalid_token',
      'invalid_dpop_proof',
      'dpop_proof_of_other_key',
    ]);
  });

  it('is refused with a proof by a secret that both share, or by none', async () => {
    const none = `${Buffer.from(JSON.stringify({ typ: 'dpop+jwt', alg: 'none', jwk: key.jwk })).toString('base64url')}.e30.AA`;
    const shared = `${Buffer.from(JSON.stringify({ typ: 'dpop+jwt', alg: 'HS256', jwk: { kty: 'oct', k: 'c2VjcmV0' } })).toString('base64url')}.e30.AA`;
    for (const proof of [none, shared])
      expect((await refusalIn(await send(proof)))[3]).toBe('dpop_proof_algorithm');
    expect((await refusalIn(await send(`${await prove()}, ${await prove()}`)))[3]).toBe(
      'dpop_proof_malformed',
    );
    expect((await refusalIn(await send('nothing')))[3]).toBe('dpop_proof_malformed');
  });

  it('is not given for a proof that the token endpoint has taken before, nor for one of another path', async () => {
    const proof = await atTokens(key);
    expect((await client.own({}, proof)).status).toBe(200);
    const again = await client.own({}, proof);
    expect([again.status, again.body.error]).toEqual([400, 'invalid_dpop_proof']);
    const elsewhere = await client.own({}, await atTokens(key, { url }));
    expect([elsewhere.status, elsewhere.body.error]).toEqual([400, 'invalid_dpop_proof']);
  });

  it('is the only one that a client gets which has said so', async () => {
    const { clientId } = await OAuthProgram.register(service.url, { dpop_bound_access_tokens: true });
    expect(
      await service.query('SELECT dpop_bound_access_tokens FROM oauth_clients WHERE client_id = $1', [
        clientId,
      ]),
    ).toEqual([{ dpop_bound_access_tokens: true }]);
    const other = await agentClient();
    await service.query('UPDATE oauth_clients SET dpop_bound_access_tokens = true WHERE client_id = $1', [
      other.clientId,
    ]);
    const refused = await other.own();
    expect([refused.status, refused.body.error]).toEqual([400, 'invalid_dpop_proof']);
    await boundToken(other, key);
  });

  it('is exchanged with a proof of its key alone, and the new token is bound to that', async () => {
    const other = await agentClient();
    const refused = await other.exchange(token);
    expect([refused.status, refused.body.error]).toEqual([400, 'invalid_request']);
    const thief = await DpopKey.generate();
    const stolen = await other.exchange(token, {}, await atTokens(thief));
    expect([stolen.status, stolen.body.error]).toEqual([400, 'invalid_request']);
    const exchanged = await other.exchange(token, {}, await atTokens(key));
    expect([exchanged.status, exchanged.body.token_type]).toEqual([200, 'DPoP']);
    expect(decodeJwt(exchanged.body.access_token).cnf).toEqual({ jkt: await key.thumbprint() });
  });

  it.each(['2026-07-28', null])(
    'calls tools by a client that proves its key with each request (revision %s)',
    async (revision) => {
      const privateKey = await client.privateJwk();
      const input = { url: service.url, clientId: client.clientId, privateKey, revision };
      const { stdout } = await run(process.execPath, [PROGRAM, JSON.stringify(input)]);
      expect(JSON.parse(stdout)).toEqual({ isError: false, tokenType: 'DPoP' });
    },
  );

  it('is announced by the metadata of the service and of the authorization server', async () => {
    const algorithms = ALGORITHMS.split(' ');
    const resource = await service.request('GET', '/.well-known/oauth-protected-resource/mcp');
    expect(resource.body).toMatchObject({
      dpop_signing_alg_values_supported: algorithms,
      dpop_bound_access_tokens_required: false,
    });
    const server = await service.request('GET', '/.well-known/oauth-authorization-server');
    expect(server.body.dpop_signing_alg_values_supported).toEqual(algorithms);
  });
});
