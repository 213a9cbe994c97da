import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { DEFAULT_ORGANIZATION } from '../../src/access/principal.js';
import { OAuthProgram } from './oauth-program.js';
import type { Answer, TestService } from './test-service.js';

export const CLIENT_CREDENTIALS = 'client_credentials';
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

interface ClientRow {
  /** `null` for a client that belongs to no agent. */
  agentId: string | null;
  scopes?: readonly string[];
  grantTypes?: readonly string[];
  organizationId?: string;
  /** The keys of a client that signs its assertions. Without any it has a secret. */
  jwks?: object;
  isApproved?: boolean;
}

/** Makes a client as a row, approved by an administrator. @returns its secret */
async function insertClient(service: TestService, clientId: string, row: ClientRow): Promise<string> {
  const { agentId, scopes = [], grantTypes = [CLIENT_CREDENTIALS, TOKEN_EXCHANGE], jwks } = row;
  const secret = randomBytes(24).toString('base64url');
  await service.query(
    `INSERT INTO oauth_clients (id, client_id, client_secret, name, redirect_uris, grant_types, client_credentials_scopes,
                                token_endpoint_auth_method, jwks, agent_id, created_at, updated_at)
     VALUES ($1, $2, $3, 'Spec agent', '[]', $4, $5, $6, $7, $8, now(), now())`,
    [
      randomUUID(),
      clientId,
      jwks ? null : createHash('sha256').update(secret).digest('base64url'),
      JSON.stringify(grantTypes),
      scopes.length === 0 ? null : JSON.stringify(scopes),
      jwks ? 'private_key_jwt' : 'client_secret_post',
      jwks ? JSON.stringify(jwks) : null,
      agentId,
    ],
  );
  if (row.isApproved !== false)
    await service.query(
      `INSERT INTO oauth_client_decisions (organization_id, client_id, state) VALUES ($1, $2, 'approved')`,
      [row.organizationId ?? DEFAULT_ORGANIZATION, clientId],
    );
  return `bouncer_cs_${secret}`;
}

/** A program of an agent, which gets tokens without a person: for itself, and for who has called it. */
export class AgentClient {
  private constructor(
    readonly program: OAuthProgram,
    private readonly key: CryptoKey | undefined,
  ) {}

  static async withSecret(service: TestService, row: ClientRow): Promise<AgentClient> {
    const clientId = randomUUID();
    const secret = await insertClient(service, clientId, row);
    return new AgentClient(OAuthProgram.known(service.url, clientId, secret), undefined);
  }

  static async withKey(service: TestService, row: ClientRow): Promise<AgentClient> {
    const clientId = randomUUID();
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'spec', alg: 'ES256', use: 'sig' }] };
    await insertClient(service, clientId, { ...row, jwks });
    return new AgentClient(OAuthProgram.known(service.url, clientId), privateKey);
  }

  get clientId(): string {
    return this.program.clientId;
  }

  /** The key by which the client signs, for a library that signs with it. */
  privateJwk(): Promise<JWK> {
    return exportJWK(this.key!);
  }

  /** Signs who the client is (RFC 7523). */
  assertion(claims: Record<string, unknown> = {}, key = this.key!): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({
      iss: this.clientId,
      sub: this.clientId,
      aud: `${this.program.url}/auth/oauth2/token`,
      iat: now,
      exp: now + 60,
      jti: randomUUID(),
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', kid: 'spec' })
      .sign(key);
  }

  /** Asks for a token of the agent itself. */
  async own(
    members: Record<string, string> = {},
    headers?: Record<string, string>,
    assertion?: string,
  ): Promise<Answer> {
    return this.ask({ grant_type: CLIENT_CREDENTIALS, ...members }, headers, assertion);
  }

  /** Exchanges the token that the agent was called with. */
  async exchange(
    subjectToken: string,
    members: Record<string, string> = {},
    headers?: Record<string, string>,
  ): Promise<Answer> {
    const form = {
      grant_type: TOKEN_EXCHANGE,
      subject_token: subjectToken,
      subject_token_type: ACCESS_TOKEN,
      ...members,
    };
    return this.ask(form, headers);
  }

  private async ask(
    members: Record<string, string>,
    headers?: Record<string, string>,
    assertion?: string,
  ): Promise<Answer> {
    const signed = this.key && {
      client_assertion_type: ASSERTION,
      client_assertion: assertion ?? (await this.assertion()),
    };
    return this.program.token({ ...signed, ...members }, headers);
  }
}
