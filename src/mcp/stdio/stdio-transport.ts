import type { Readable, Writable } from 'node:stream';
import {
  INVALID_REQUEST,
  isJSONRPCRequest,
  isJSONRPCResponse,
  type JSONRPCMessage,
  type JSONRPCRequest,
  type Transport,
} from '@modelcontextprotocol/server';
import { newId } from '../../common/new-id.js';
import type { CallerRequest } from '../../access/caller.js';
import { CallFailure } from '../call/call-failure.js';
import { errorBody, type JsonRpcError, toJsonRpcError } from '../protocol/json-rpc.js';
import { isListening, type JsonRpcId } from '../protocol/request-body.js';
import { linesOf } from './stdio-lines.js';
import { readMessage, tooLong } from './stdio-message.js';

type Id = JSONRPCRequest['id'];

/** Admits a request, or returns why it is refused. */
export type Admit = (message: JSONRPCRequest) => Promise<CallerRequest | CallFailure>;

export interface Wire {
  input: Readable;
  output: Writable;
}

/**
 * Carries newline-delimited JSON-RPC. The SDK sees each request only after it was admitted, in the order of the
 * lines. The transport also knows which requests are unanswered, and their callers.
 */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;

  /** Settles when the client stops sending or reading. */
  readonly ended: Promise<void>;
  private end!: () => void;
  private hasEnded = false;
  private closed = false;
  private stopped = false;
  private reading: Promise<void> = Promise.resolve();
  private readonly open = new Map<Id, CallerRequest>();
  /** The ids of requests to the client that it has not answered. */
  private readonly asked = new Set<Id>();
  private onIdle: (() => void) | undefined;

  constructor(
    private readonly wire: Wire,
    private readonly maxBytes: number,
    private readonly admit: Admit,
  ) {
    this.ended = new Promise((resolve) => (this.end = resolve));
  }

  async start(): Promise<void> {
    this.wire.output.on('error', () => void this.close());
    this.reading = this.read();
  }

  /** Returns the admitted request behind an unanswered id. @throws Error when it was cancelled before it began */
  requestOf(id: Id): CallerRequest {
    const request = this.open.get(id);
    if (!request) throw new Error('The request was cancelled');
    return request;
  }

  /**
   * Accepts no more requests. It settles when every accepted one is answered, or when the client reads no answers.
   */
  async finish(): Promise<void> {
    this.stopped = true;
    this.wire.input.destroy();
    await this.reading;
    if (this.open.size > 0 && !this.closed) await new Promise<void>((resolve) => (this.onIdle = resolve));
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (isJSONRPCRequest(message)) {
      if (this.hasEnded) return this.answerDisconnected(message.id);
      this.asked.add(message.id);
    }
    await this.write(message);
    if (isJSONRPCResponse(message) && message.id !== undefined) this.markAnswered(message.id);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.wire.input.destroy();
    this.onIdle?.();
    this.end();
    this.onclose?.();
  }

  private async read(): Promise<void> {
    try {
      for await (const line of linesOf(this.wire.input, this.maxBytes)) await this.handleLine(line);
    } catch (error) {
      if (!this.stopped && !this.closed) this.onerror?.(error as Error);
    }
    if (this.stopped || this.closed) return;
    this.hasEnded = true;
    this.end();
    for (const id of this.asked) this.answerDisconnected(id);
  }

  private async handleLine(line: string | undefined): Promise<void> {
    if (line === undefined) return this.refuse(null, tooLong(this.maxBytes, newId()));
    if (line.trim() === '') return;
    const read = readMessage(line);
    if (!read.ok) return this.refuse(read.id, read.error);
    const { message } = read;
    if (isJSONRPCRequest(message)) return this.handleRequest(message);
    if (isJSONRPCResponse(message) && message.id !== undefined) this.asked.delete(message.id);
    this.onmessage?.(message);
    // The SDK does not answer a cancelled request, so it counts as answered.
    if ('method' in message && message.method === 'notifications/cancelled')
      this.markAnswered((message.params as { requestId?: Id } | undefined)?.requestId);
  }

  private async handleRequest(message: JSONRPCRequest): Promise<void> {
    const { id } = message;
    if (this.open.has(id))
      return this.refuse(id, { code: INVALID_REQUEST, message: 'A request with this id has no answer yet' });
    const admitted = await this.admit(message);
    if (admitted instanceof CallFailure)
      return this.refuse(id, toJsonRpcError(admitted.error, admitted.requestId));
    if (!isListening(message)) this.open.set(id, admitted);
    this.onmessage?.(message);
  }

  private async refuse(id: JsonRpcId, error: JsonRpcError): Promise<void> {
    await this.write(errorBody(id, error)).catch((failed: Error) => this.onerror?.(failed));
  }

  /** Answers a request to a disconnected client, so that no handler waits for it. */
  private answerDisconnected(id: Id): void {
    this.asked.delete(id);
    const error = { code: INVALID_REQUEST, message: 'The client has closed its side' };
    this.onmessage?.({ jsonrpc: '2.0', id, error });
  }

  private markAnswered(id: Id | undefined): void {
    if (id !== undefined) this.open.delete(id);
    if (this.open.size === 0) this.onIdle?.();
  }

  /**
   * @returns when the operating system has accepted the message, so that messages for a slow reader do not accumulate
   */
  private write(message: object): Promise<void> {
    if (this.closed) return Promise.reject(new Error('The connection is closed'));
    return new Promise((resolve, reject) => {
      this.wire.output.write(`${JSON.stringify(message)}\n`, (error) => (error ? reject(error) : resolve()));
    });
  }
}
