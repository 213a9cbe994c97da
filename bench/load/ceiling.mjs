// Is the cheapest server that answers a call correctly. What the load generator reaches against it is the generator's
// limit.
import { createServer } from 'node:net';
import { announce } from '../peers/common.mjs';

const ASKED = /"id":(\d+).*"text":"([^"]*)"/;

announce(
  createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (data) => {
      const [, id, text] = ASKED.exec(data.latin1Slice());
      const body = `{"result":{"content":[{"type":"text","text":"${text}"}]},"jsonrpc":"2.0","id":${id}}`;
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    });
  }),
);
