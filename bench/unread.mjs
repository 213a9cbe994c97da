// Measures the memory of answers that nobody reads, and of pipelined requests, each on a service of its own.
//   npm run bench:unread [-- --answers 95 --ahead 300 --seconds 40 --smoke]
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Database } from './harness/database.mjs';
import { keepResult, readOptions } from './harness/options.mjs';
import { Ours } from './harness/ours.mjs';

/** An answer contains the document twice: as a text and as structured content. */
const CONTENT = 'x'.repeat(500_000);
const DOCUMENTS = 8;
const PIPELINED = 30;
const TYPES = 'Accept: application/json, text/event-stream\r\nContent-Type: application/json\r\n';

const options = readOptions({ answers: 95, ahead: 300, seconds: 40 }, { answers: 5, ahead: 5, seconds: 2 });
const database = await Database.start();
const sockets = [];

/** Sends a text and reads nothing. */
function unread(port, text) {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  socket.pause();
  socket.write(text);
  sockets.push(socket);
}

const createDocument = async (ours, key) => {
  const response = await fetch(`${ours.server.url}/api/documents`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'Large', content: CONTENT }),
  });
  return (await response.json()).id;
};

/** @param attack leaves answers or requests unread @returns the additional MB, at the most and at the end */
async function measure(name, attack) {
  const ours = await Ours.start(database);
  const { key } = await ours.createKeys(['documents:read', 'documents:write']);
  const id = await createDocument(ours, key);
  await sleep(2_000);
  const before = ours.server.residentMb;
  attack(ours.server.port, key, id);
  let most = 0;
  for (let second = 0; second < options.seconds; second++) {
    await sleep(1_000);
    most = Math.max(most, ours.server.residentMb - before);
  }
  const atEnd = ours.server.residentMb - before;
  for (const socket of sockets.splice(0)) socket.destroy();
  await ours.stop();
  console.log(`${name}: +${most.toFixed(0)} MB at most, +${atEnd.toFixed(0)} MB after ${options.seconds} s`);
  return { name, most, atEnd };
}

const answers = await measure(`${options.answers} unread answers of ${DOCUMENTS} MB`, (port, key, id) => {
  const params = { name: 'documents_get', arguments: { id } };
  const batch = Array.from({ length: DOCUMENTS }, (_, index) => ({
    jsonrpc: '2.0',
    id: index,
    method: 'tools/call',
    params,
  }));
  const body = JSON.stringify(batch);
  const head = `POST /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\n${TYPES}`;
  for (let i = 0; i < options.answers; i++)
    unread(port, `${head}Content-Length: ${body.length}\r\n\r\n${body}`);
});
const ahead = await measure(`${options.ahead} connections with ${PIPELINED} requests sent ahead`, (port) => {
  const request = 'GET /docs/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n';
  for (let i = 0; i < options.ahead; i++) unread(port, request.repeat(PIPELINED));
});
await database.stop();
keepResult('unread', options, { answers, ahead });
