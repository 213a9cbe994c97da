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

/** The number of pipelined requests that may wait on a connection. No known client pipelines any. */
const MAX_WAITING = 32;
const MAX_CHECK_INTERVAL_MS = 1_000;

export interface ServerOptions {
  requestTimeout: number;
  keepAliveTimeout: number;
  tls: { cert: Buffer; key: Buffer } | undefined;
}

/** The time that a client has for its first request when the service stops. */
const FIRST_REQUEST_MS = 250;
const CLOSE_INTERVAL_MS = 20;

/** Records how much a client has read, and when it last read. */
interface Progress {
  taken: number;
  at: number;
}

/** Describes Node's handle of a TCP or TLS socket. It counts the bytes that the operating system has accepted. */
interface Handle {
  bytesWritten: number;
  writeQueueSize: number;
}

/**
 * Manages the connections of the service. A connection whose client reads nothing of an answer for a while is
 * destroyed, so that unread answers do not stay in memory. Pipelined requests (HTTP/1.1) are handled one after the
 * other, each after the answer before it is sent, and only a few may wait.
 */
export class Connections {
  private readonly logger = new Logger(Connections.name);
  private readonly open = new Map<Socket, Progress>();
  private readonly waiting = new WeakMap<Socket, number>();
  /** The connections without a request so far, TCP or TLS, with the time at which they were opened. */
  private readonly unused = new Map<Socket, number>();
  private isStopping = false;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly stallMs: number) {
    const everyMs = Math.min(MAX_CHECK_INTERVAL_MS, stallMs / 4);
    this.timer = setInterval(() => this.destroyStalled(), everyMs).unref();
  }

  /** Creates an HTTP or HTTPS server whose connections are managed here. */
  server(handler: RequestListener, { requestTimeout, keepAliveTimeout, tls }: ServerOptions): Server {
    const handleInOrder: RequestListener = (request, response) => {
      this.unused.delete(request.socket);
      // Node then answers with `Connection: close`, and the client takes its next request elsewhere.
      if (this.isStopping) response.shouldKeepAlive = false;
      this.queuePipelined(request, response, handler);
    };
    const server = tls ? createTlsServer(tls, handleInOrder) : createServer(handleInOrder);
    server.requestTimeout = requestTimeout;
    server.keepAliveTimeout = keepAliveTimeout;
    server.on('connection', (socket: Socket) => this.noteUnused(socket));
    if (tls) server.on('secureConnection', (socket: Socket) => this.noteSecured(socket));
    server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => this.watch(socket));
    return server;
  }

  /** Lets each connection end with its next answer, because the service stops. */
  endKeepAlive(): void {
    this.isStopping = true;
  }

  /**
   * Accepts no new connection and waits for the answers under way. A connection without one is closed at once.
   * @param ms how long the answers may take
   */
  async finish(server: Server, ms: number): Promise<void> {
    this.endKeepAlive();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const idle = setInterval(() => {
      server.closeIdleConnections();
      this.closeUnused();
    }, CLOSE_INTERVAL_MS);
    const deadline = setTimeout(() => {
      server.closeAllConnections();
      for (const socket of this.unused.keys()) socket.destroy();
    }, ms);
    await closed;
    clearInterval(idle);
    clearTimeout(deadline);
  }

  close(): void {
    clearInterval(this.timer);
  }

  private noteUnused(socket: Socket): void {
    this.unused.set(socket, performance.now());
    socket.once('close', () => this.unused.delete(socket));
  }

  /** From here on the TLS socket counts, and not the TCP socket below it, whose requests are not seen. */
  private noteSecured(secured: Socket): void {
    for (const socket of this.unused.keys())
      if (socket.remotePort === secured.remotePort && socket.remoteAddress === secured.remoteAddress)
        this.unused.delete(socket);
    this.noteUnused(secured);
  }

  /** Closes connections on which no request came: Node counts them as busy. */
  private closeUnused(): void {
    const now = performance.now();
    for (const [socket, openedAt] of this.unused) if (now - openedAt >= FIRST_REQUEST_MS) socket.destroy();
  }

  private watch(socket: Socket): void {
    this.open.set(socket, { taken: 0, at: performance.now() });
    socket.once('close', () => this.open.delete(socket));
  }

  private queuePipelined(request: IncomingMessage, response: ServerResponse, handler: RequestListener): void {
    // The response already has the socket, so no other response is ahead of it.
    if (response.socket !== null) {
      handler(request, response);
      return;
    }
    const { socket } = request;
    const waiting = (this.waiting.get(socket) ?? 0) + 1;
    if (waiting > MAX_WAITING) return void socket.destroy();
    this.waiting.set(socket, waiting);
    // Node has already parsed everything that it read with this request. Pausing stops further reading.
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

  private destroyStalled(): void {
    const now = performance.now();
    let ended = 0;
    for (const [socket, progress] of this.open) {
      const taken = acceptedBytes(socket);
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
        `Closed ${ended} connections whose clients read nothing of an answer for ${this.stallMs / 1000} s (OUTPUT_STALL_SECONDS)`,
      );
  }
}

/** Returns the written bytes that the operating system has accepted, or `undefined` when nothing is buffered. */
function acceptedBytes(socket: Socket): number | undefined {
  const { _handle: handle } = socket as unknown as { _handle?: Handle | null };
  if (!handle) return undefined;
  if (socket.writableLength === 0 && handle.writeQueueSize === 0) return undefined;
  return handle.bytesWritten - handle.writeQueueSize;
}
