import { CALLBACK } from './support/oauth-program.js';
import { TestService } from './support/test-service.js';

describe('A client that registers itself', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start({ env: { RATE_LIMIT_FAILED_KEYS: '10000' } });
  });
  afterAll(() => service.stop());

  const register = (metadata: Record<string, unknown>) =>
    service.request('POST', '/register', {
      body: { redirect_uris: [CALLBACK], token_endpoint_auth_method: 'none', ...metadata },
    });
  describe('says of itself', () => {
    it('nothing that the service would call or that only an administrator grants', async () => {
      const { status, body } = await register({
        client_name: 'Says much',
        backchannel_logout_uri: 'https://10.0.0.1/logout',
        backchannel_logout_session_required: true,
        post_logout_redirect_uris: ['https://app.example.com/'],
        enable_end_session: true,
        software_statement: 'x',
        skip_consent: true,
        scope: 'users:write',
        software_id: 'kept',
      });
      expect([status, body.software_id]).toEqual([201, 'kept']);
      const [row] = await service.query(
        `SELECT name, backchannel_logout_uri, backchannel_logout_session_required, post_logout_redirect_uris,
           enable_end_session, software_statement, skip_consent, scopes
         FROM oauth_clients WHERE client_id = $1`,
        [body.client_id],
      );
      const { name, scopes, ...others } = row!;
      expect(name).toBe('Says much');
      expect(scopes).not.toContain('users:write');
      expect(Object.values(others).filter((value) => value !== null && value !== false)).toEqual([]);
    });

    it('no address of keys, which the service would have to read', async () => {
      const answer = await register({
        token_endpoint_auth_method: 'private_key_jwt',
        jwks_uri: 'https://app.example.com/keys',
        redirect_uris: ['https://app.example.com/callback'],
      });
      expect([answer.status, answer.body.error]).toEqual([400, 'invalid_client_metadata']);
    });

    it.each([
      ['of 201 characters', 'x'.repeat(201)],
      ['of two lines', 'One\nTwo'],
      ['that turns the direction of the text', 'Good \u202Edab'],
      ['that is no text', 7],
      ['of blanks', '  '],
    ])('no name %s', async (_which, name) => {
      const answer = await register({ client_name: name });
      expect([answer.status, answer.body.error]).toEqual([400, 'invalid_client_metadata']);
    });
  });

  it('finds only what the service does in the metadata', async () => {
    for (const path of ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration']) {
      const { body } = await service.request('GET', path);
      expect(Object.keys(body)).not.toContain('end_session_endpoint');
      expect(Object.keys(body).filter((name) => name.startsWith('backchannel'))).toEqual([]);
      expect(body.prompt_values_supported).not.toContain('select_account');
    }
  });
});
