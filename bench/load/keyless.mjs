// Sends requests to /mcp without a key, each with an expensive body: a long URI, many empty lists, deep nesting.
// When it is told to stop, it reports how many were answered.
import { connect } from 'node:net';

const MEGABYTE = 1_000_000;
const [, , portText, perSecondText] = process.argv;
const port = Number(portText);
const perSecond = Number(perSecondText);

const requestOf = (body) =>
  Buffer.from(
    `POST /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: application/json, text/event-stream\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
const read = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'resources/read',
  params: { uri: `document://${'a_'.repeat(MEGABYTE - 100)}` },
});
const requests = [read, `[${'[],'.repeat((2 * MEGABYTE) / 3 - 10)}[]]`, '['.repeat(2 * MEGABYTE)].map(
  requestOf,
);

let [sent, answered] = [0, 0];
function send() {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.once('data', () => answered++);
  socket.on('error', () => undefined);
  socket.write(requests[sent++ % requests.length]);
}

const timer = setInterval(send, 1000 / perSecond);
process.once('message', () => {
  clearInterval(timer);
  setTimeout(() => process.send({ sent, answered }, () => process.exit()), 1000);
});
