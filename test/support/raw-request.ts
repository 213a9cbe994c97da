import { connect, type Socket } from 'node:net';

/** Describes one connection with the data received so far. */
export interface RawConnection {
  socket: Socket;
  received: () => string;
  /** Settles when either side has closed the connection. */
  closed: Promise<void>;
}

/** Opens a connection to a service and sends a text unchanged, which no HTTP client would send. */
export function sendRaw(url: string, text: string): RawConnection {
  const { hostname, port } = new URL(url);
  const chunks: Buffer[] = [];
  const socket = connect({ host: hostname, port: Number(port) });
  socket.write(text);
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return { socket, received: () => Buffer.concat(chunks).toString(), closed };
}

/** Returns the head of a request, up to its empty line. */
export const headOf = (
  method: string,
  path: string,
  headers: readonly (readonly [string, string])[],
): string =>
  `${method} ${path} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
