import { connect } from 'node:net';
import { once } from 'node:events';

const HEAD_END = Buffer.from('\r\n\r\n');
const LINE_END = Buffer.from('\r\n');
const LENGTH = /content-length: *(\d+)/i;

/** One HTTP/1.1 connection with one request under way: as little as a load generator can do, so that it is not measured. */
export class Connection {
  #socket;
  #waiting;
  #pending = null;

  static async open(port) {
    const connection = new Connection();
    connection.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(connection.#socket, 'connect');
    connection.#socket.on('data', (chunk) => connection.#take(chunk));
    connection.#socket.on('error', (error) => connection.#end(error));
    connection.#socket.on('close', () => connection.#end(new Error('The server closed the connection')));
    return connection;
  }

  /** @param tell called with the status and the body; with an error and nothing else where there is no answer */
  send(text, tell) {
    this.#waiting = tell;
    this.#socket.write(text);
  }

  close() {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #take(chunk) {
    const data = this.#pending ? Buffer.concat([this.#pending, chunk]) : chunk;
    const answer = parse(data);
    this.#pending = answer ? null : data;
    if (answer) this.#tell(answer);
  }

  #end(error) {
    if (this.#waiting) this.#tell({ error });
  }

  #tell(answer) {
    const tell = this.#waiting;
    this.#waiting = undefined;
    tell?.(answer);
  }
}

/** @returns nothing while the answer is not whole */
export function parse(data) {
  const end = data.indexOf(HEAD_END);
  if (end < 0) return undefined;
  const head = data.latin1Slice(0, end);
  const start = end + HEAD_END.length;
  const length = LENGTH.exec(head)?.[1];
  const body = length === undefined ? chunked(data, start) : sized(data, start, Number(length));
  return body === undefined ? undefined : { status: Number(head.slice(9, 12)), head, body };
}

const sized = (data, start, length) =>
  data.length < start + length ? undefined : data.utf8Slice(start, start + length);

function chunked(data, start) {
  const parts = [];
  for (let at = start; ;) {
    const line = data.indexOf(LINE_END, at);
    if (line < 0) return undefined;
    const size = Number.parseInt(data.latin1Slice(at, line), 16);
    const from = line + LINE_END.length;
    if (data.length < from + size + LINE_END.length) return undefined;
    if (size === 0) return Buffer.concat(parts).toString();
    parts.push(data.subarray(from, from + size));
    at = from + size + LINE_END.length;
  }
}
