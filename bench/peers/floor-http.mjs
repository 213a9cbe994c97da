// Is a floor: `node:http` parses the request and answers it, without protocol, checks or protections.
import { createServer } from 'node:http';
import { announce } from './common.mjs';

announce(
  createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const { id, params } = JSON.parse(Buffer.concat(parts).toString());
      const result = { content: [{ type: 'text', text: params.arguments.text }] };
      const body = JSON.stringify({ result, jsonrpc: '2.0', id });
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
        .end(body);
    });
  }),
);
