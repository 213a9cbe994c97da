// Stands before the service, and hides that it reads documents of clients (CIMD): theirs are in the network, which this run is kept from.
import { createServer, request as ask } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

const METADATA = /^\/\.well-known\/(oauth-authorization-server|openid-configuration)/;

/** @returns {Promise<{ url: string, leadTo(port: number): void, close(): void }>} */
export async function openFront() {
  let port;
  const server = createServer((request, response) => {
    const { method, url, headers } = request;
    const onward = ask(
      { host: '127.0.0.1', port, method, path: url, headers },
      (answer) => void pass(answer),
    );
    async function pass(answer) {
      if (!METADATA.test(url)) {
        response.writeHead(answer.statusCode, answer.rawHeaders);
        return answer.pipe(response);
      }
      const { client_id_metadata_document_supported: _, ...rest } = JSON.parse(await text(answer));
      return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(rest));
    }
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    leadTo: (given) => (port = given),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
