import { connect } from 'node:net';
import { once } from 'node:events';

const HEAD_END = Buffer.from('\r\n\r\n');
const LINE_END = Buffer.from('\r\n');
const LENGTH = /content-length: *(\d+)/i;

/**
 * Holds one HTTP/1.1 connection with one request in flight. It does as little as possible, so that the generator's
 * own cost is not measured.
 */
export class Connection {
  #socket;
  #waiting;
  #pending = [];
  /** The bytes that the answer still lacks, as far as is known. */
  #missing = 0;

  static async open(port) {
    const connection = new Connection();
    connection.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(connection.#socket, 'connect');
    connection.#socket.on('data', (chunk) => connection.#take(chunk));
    connection.#socket.on('error', (error) => connection.#end(error));
    connection.#socket.on('close', () => connection.#end(new Error('The server closed the connection')));
    return connection;
  }

  /** @param tell is called with the status and the body, or with an error when there is no answer */
  send(text, tell) {
    this.#waiting = tell;
    if (this.#socket.destroyed)
      queueMicrotask(() => this.#end(new Error('The server has closed the connection')));
    else this.#socket.write(text);
  }

  close() {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #take(chunk) {
    const chunks = this.#pending;
    chunks.push(chunk);
    this.#missing -= chunk.length;
    if (this.#missing > 0) return;
    const data = chunks.length === 1 ? chunk : Buffer.concat(chunks);
    const answer = parse(data);
    this.#missing = answer.missing ?? 0;
    this.#pending = answer.missing === undefined ? [] : [data];
    if (answer.missing === undefined) this.#tell(answer);
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

/** @returns the status, and the body as bytes; for an incomplete answer, how many bytes are `missing` at least */
function parse(data) {
  const end = data.indexOf(HEAD_END);
  if (end < 0) return { missing: 1 };
  const head = data.latin1Slice(0, end);
  const start = end + HEAD_END.length;
  const length = LENGTH.exec(head)?.[1];
  const read = length === undefined ? chunked(data, start) : sized(data, start, Number(length));
  return read.body ? { status: Number(head.slice(9, 12)), body: read.body } : read;
}

const sized = (data, start, length) =>
  data.length < start + length
    ? { missing: start + length - data.length }
    : { body: data.subarray(start, start + length) };

function chunked(data, start) {
  const parts = [];
  for (let at = start; ;) {
    const line = data.indexOf(LINE_END, at);
    if (line < 0) return { missing: 1 };
    const size = Number.parseInt(data.latin1Slice(at, line), 16);
    const from = line + LINE_END.length;
    const end = from + size + LINE_END.length;
    if (data.length < end) return { missing: end - data.length };
    if (size === 0) return { body: parts.length === 1 ? parts[0] : Buffer.concat(parts) };
    parts.push(data.subarray(from, from + size));
    at = end;
  }
}
