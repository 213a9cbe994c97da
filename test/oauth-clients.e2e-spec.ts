import { Browser } from './support/browser.js';
import { DocumentHost } from './support/document-host.js';
import { Mailbox } from './support/mailbox.js';
import {
  agree,
  KeptCredentials,
  OAUTH_CLIENTS,
  OLD_GENERATION,
  type StartClient,
} from './support/oauth-clients.js';
import { challengeOf, OAuthProgram } from './support/oauth-program.js';
import { byPassword, person } from './support/people.js';
import { TestService } from './support/test-service.js';

const EMAIL = 'ada@example.com';

describe('Clients that know OAuth', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let host: DocumentHost;

  beforeAll(async () => {
    mailbox = await Mailbox.open();
    host = await DocumentHost.open();
    service = await TestService.start({ env: { SMTP_URL: mailbox.url, OAUTH_DCR: 'open' } });
    host.reachableFor(service);
    await person(service, mailbox, EMAIL);
  });
  afterAll(async () => {
    await service.stop();
    await host.close();
    await mailbox.close();
  });

  const titleOf = (id: string, client: { callTool: (call: any) => Promise<any> }) =>
    client.callTool({ name: 'documents_create', arguments: { title: id, content: 'x' } });

  /** Connects a client for somebody who has not signed in yet. */
  async function connectedBy(start: StartClient, document?: string) {
    const kept = new KeptCredentials(document);
    const session = start(service.url, kept);
    const browser = new Browser(service.url);
    await expect(session.connect()).rejects.toThrow();
    const { answer, pages } = await agree(browser, kept.asked[0]!, EMAIL);
    await session.finish(answer);
    return { kept, session, browser, pages, client: await session.connect() };
  }

  describe.each(OAUTH_CLIENTS)('%s', (_name, start) => {
    const connected = (document?: string) => connectedBy(start, document);

    it('comes from a 401 to a called tool by registration, sign-in and consent', async () => {
      const { kept, client, pages } = await connected();
      expect(pages).toEqual(['Sign in', 'You are signed in', 'Connect &quot;Spec client&quot;?']);
      expect(kept.client?.client_id).toEqual(expect.any(String));
      expect(Object.fromEntries(kept.asked[0]!.searchParams)).toEqual(
        expect.objectContaining({
          resource: `${service.url}/mcp`,
          code_challenge_method: 'S256',
          scope: expect.stringContaining('read write'),
        }),
      );
      const made = await titleOf('By registration', client);
      expect(made.isError ?? false).toBe(false);
      await client.close();
    });

    it('comes in by its document, without a registration', async () => {
      const url = host.serve('/spec-client.json');
      const { kept, client } = await connected(url);
      expect(kept.client?.client_id).toBe(url);
      expect((await titleOf('By document', client)).isError ?? false).toBe(false);
      await client.close();
    });

    it('renews its access when the token has ended, without asking the person', async () => {
      const { kept, client } = await connected();
      const { access_token: first } = kept.kept!;
      const program = OAuthProgram.known(service.url, kept.client!.client_id);
      await program.post('/auth/oauth2/revoke', { token: first });
      expect((await titleOf('Renewed', client)).isError ?? false).toBe(false);
      expect(kept.kept!.access_token).not.toBe(first);
      expect(kept.asked).toHaveLength(1);
      await client.close();
    });

    it('asks the person again when all of its access was revoked', async () => {
      const { kept, client } = await connected();
      const program = OAuthProgram.known(service.url, kept.client!.client_id);
      await program.post('/auth/oauth2/revoke', { token: kept.kept!.refresh_token! });
      await expect(titleOf('Refused', client)).rejects.toThrow();
      expect(kept.asked).toHaveLength(2);
      await client.close();
    });
  });

  describe.each(OAUTH_CLIENTS.filter(([name]) => name !== OLD_GENERATION))('%s', (_name, start) => {
    it('gets a further scope in the middle of a session, after a fresh sign-in', async () => {
      const { kept, session, client, browser } = await connectedBy(start);
      const made = await titleOf('To be deleted', client);
      const { id } = made.structuredContent as { id: string };
      await service.query("UPDATE sessions SET created_at = created_at - interval '1 hour'");
      const remove = { name: 'documents_delete', arguments: { id } };
      await expect(client.callTool(remove)).rejects.toThrow();
      const asked = kept.asked.at(-1)!;
      const scopes = asked.searchParams.get('scope')!.split(' ');
      expect(scopes).toEqual(expect.arrayContaining(['read', 'write', 'documents:delete']));
      const { answer, pages } = await agree(browser, asked, EMAIL);
      expect(pages).toEqual([
        'Connect &quot;Spec client&quot;?',
        'Sign in',
        'Connect &quot;Spec client&quot;?',
      ]);
      await session.finish(answer);
      const again = await client.callTool(remove);
      expect(again.isError ?? false).toBe(false);
      await client.close();
    });
  });

  describe('The redirects of known programs', () => {
    const CURSOR = 'cursor://anysphere.cursor-mcp/oauth/callback';

    it.each([
      [
        'Cursor',
        [CURSOR, 'https://www.cursor.com/agents/mcp/oauth/callback', 'http://localhost:8787/callback'],
      ],
      ['Cursor, of before', [CURSOR]],
      [
        'VS Code',
        [
          'https://insiders.vscode.dev/redirect',
          'https://vscode.dev/redirect',
          'http://localhost/',
          'http://127.0.0.1/',
          'http://127.0.0.1:33418/',
        ],
      ],
      ['claude.ai', ['https://claude.ai/api/mcp/auth_callback']],
      ['Claude Code', ['http://localhost:51234/callback']],
      ['ChatGPT', ['https://chatgpt.com/connector_platform_oauth_redirect']],
      [
        'the Inspector',
        ['http://localhost:6274/oauth/callback', 'http://localhost:6274/oauth/callback/debug'],
      ],
    ])('are taken as %s sends them', async (_program, redirects) => {
      const answer = await service.request('POST', '/register', {
        body: { client_name: 'Known', redirect_uris: redirects, token_endpoint_auth_method: 'none' },
      });
      expect([answer.status, answer.body.redirect_uris]).toEqual([201, redirects]);
      const [row] = await service.query<{ uris: string[] }>(
        'SELECT redirect_uris AS uris FROM oauth_clients WHERE client_id = $1',
        [answer.body.client_id],
      );
      expect(row!.uris).toEqual(redirects);
    });

    it.each([`${CURSOR}/`, `${CURSOR}?a=b`, 'cursor://other/oauth/callback', 'private-redirect.invalid://0'])(
      'are no other of the same scheme, such as %s',
      async (redirect) => {
        const answer = await service.request('POST', '/register', {
          body: { client_name: 'Other', redirect_uris: [redirect], token_endpoint_auth_method: 'none' },
        });
        expect(answer.status).toBe(400);
      },
    );

    it('get the code, and the page of consent lets the browser go there', async () => {
      const program = await OAuthProgram.register(service.url, { redirect_uris: [CURSOR] });
      const atAda = await byPassword(EMAIL, service.url);
      const parameters = { scope: 'read', redirect_uri: CURSOR, code_challenge: challengeOf('v'.repeat(43)) };
      const asked = await atAda.request('GET', program.authorizePath(parameters));
      const page = await atAda.request('GET', asked.headers.get('location')!);
      expect(page.headers.get('content-security-policy')).toContain("form-action 'self' cursor:;");
      expect(page.text).toContain('<strong>the program for cursor://</strong>');
      const target = await program.consent(atAda, parameters);
      expect(target.href).toMatch(/^cursor:\/\/anysphere\.cursor-mcp\/oauth\/callback\?code=/);
    });
  });
});
