// The suite cannot send a key. This proxy, on the loopback interface alone, adds it to each request.
import { createServer, request as forward } from 'node:http';

/** @returns {Promise<{ url: string, close(): void }>} */
export async function startKeyProxy(target, key) {
  const { hostname, port } = new URL(target);
  const server = createServer((incoming, answer) => {
    // Host and Origin pass as they are: a scenario sends its own, which the service must judge.
    const headers = { ...incoming.headers, authorization: `Bearer ${key}` };
    const outgoing = forward(
      { hostname, port, method: incoming.method, path: incoming.url, headers },
      (response) => {
        answer.writeHead(response.statusCode, response.headers);
        answer.flushHeaders();
        response.pipe(answer);
        response.on('error', () => answer.destroy());
      },
    );
    outgoing.on('error', () => answer.destroy());
    // A client that hangs up cancels its call.
    answer.on('close', () => {
      if (!answer.writableEnded) outgoing.destroy();
    });
    incoming.pipe(outgoing);
  });
  server.requestTimeout = 0;
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
