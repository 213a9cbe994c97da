import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { Logger } from '@nestjs/common';

/** How many requests may wait on a connection for the answer before theirs. Clients that exist send none ahead. */
const MAX_WAITING = 32;
const MOST_BETWEEN_LOOKS_MS = 1_000;

export interface ServerOptions {
  requestTimeout: number;
  keepAliveTimeout: number;
  tls: { cert: Buffer; key: Buffer } | undefined;
}

/** How far a client has come with its answers. */
interface Progress {
  taken: number;
  at: number;
}

/** What Node keeps beneath a socket, for TCP and for TLS; it says how much of what was written the system has taken. */
interface Handle {
  bytesWritten: number;
  writeQueueSize: number;
}

/**
 * The connections of the service. One whose client takes nothing of an answer for a while is destroyed, whatever the answer
 * is, so that what nobody reads is not kept. Requests that are sent ahead of answers (HTTP pipelining) are begun one
 * after the other, each when the answer before it is out, and only a few may wait.
 */
export class Connections {
  private readonly logger = new Logger(Connections.name);
  private readonly open = new Map<Socket, Progress>();
  private readonly waiting = new WeakMap<Socket, number>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly stallMs: number) {
    const everyMs = Math.min(MOST_BETWEEN_LOOKS_MS, stallMs / 4);
    this.timer = setInterval(() => this.endStalled(), everyMs).unref();
  }

  /** A server whose connections are these. */
  server(handler: RequestListener, { requestTimeout, keepAliveTimeout, tls }: ServerOptions): Server {
    const handleInOrder: RequestListener = (request, response) => this.inTurn(request, response, handler);
    const server = tls ? createTlsServer(tls, handleInOrder) : createServer(handleInOrder);
    server.requestTimeout = requestTimeout;
    server.keepAliveTimeout = keepAliveTimeout;
    server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => this.watch(socket));
    return server;
  }

  close(): void {
    clearInterval(this.timer);
  }

  private watch(socket: Socket): void {
    this.open.set(socket, { taken: 0, at: performance.now() });
    socket.once('close', () => this.open.delete(socket));
  }

  private inTurn(request: IncomingMessage, response: ServerResponse, handler: RequestListener): void {
    // The answer has the connection: none is before it.
    if (response.socket !== null) {
      handler(request, response);
      return;
    }
    const { socket } = request;
    const waiting = (this.waiting.get(socket) ?? 0) + 1;
    if (waiting > MAX_WAITING) return void socket.destroy();
    this.waiting.set(socket, waiting);
    // What was read with this request is all parsed by Node; nothing more is read.
    socket.pause();
    response.once('socket', () => process.nextTick(() => this.begin(request, response, handler)));
  }

  private begin(request: IncomingMessage, response: ServerResponse, handler: RequestListener): void {
    const { socket } = request;
    const left = this.waiting.get(socket)! - 1;
    this.waiting.set(socket, left);
    if (left === 0) socket.resume();
    if (!socket.destroyed) handler(request, response);
  }

  private endStalled(): void {
    const now = performance.now();
    let ended = 0;
    for (const [socket, progress] of this.open) {
      const taken = takenOf(socket);
      if (taken === undefined || taken !== progress.taken) {
        progress.taken = taken ?? 0;
        progress.at = now;
      } else if (now - progress.at >= this.stallMs) {
        socket.destroy();
        ended++;
      }
    }
    if (ended > 0)
      this.logger.warn(
        `closed ${ended} connections: nothing of an answer was taken for ${this.stallMs / 1000} s`,
      );
  }
}

/** How many bytes the system has taken of what was written; `undefined` where nothing waits. */
function takenOf(socket: Socket): number | undefined {
  const { _handle: handle } = socket as unknown as { _handle?: Handle | null };
  if (!handle) return undefined;
  if (socket.writableLength === 0 && handle.writeQueueSize === 0) return undefined;
  return handle.bytesWritten - handle.writeQueueSize;
}
