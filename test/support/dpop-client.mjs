// Calls a tool by the real client, with a token that is bound to a key. The client imports `jose` while it runs, which Jest does not
// let it do, so it has a process of its own. Its arguments are one JSON; it prints what became of the call.
import {
  Client,
  DpopSession,
  PrivateKeyJwtProvider,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';

const { url, clientId, privateKey, revision } = JSON.parse(process.argv[2]);

/** Proves with each request that it has a key. */
class BoundProvider extends PrivateKeyJwtProvider {
  session = DpopSession.create();

  dpop() {
    return this.session;
  }
}

const provider = new BoundProvider({ clientId, privateKey, algorithm: 'ES256', expectedIssuer: url });
const client = new Client(
  { name: 'spec', version: '1.0.0' },
  revision === null ? {} : { versionNegotiation: { mode: { pin: revision } } },
);
await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { authProvider: provider }));
const { isError = false } = await client.callTool({ name: 'documents_list', arguments: {} });
console.log(JSON.stringify({ isError, tokenType: provider.tokens().token_type }));
await client.close();
