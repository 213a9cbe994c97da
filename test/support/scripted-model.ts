import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A request that the service sent to the model. */
export interface ModelRequest {
  authorization: string | undefined;
  body: {
    model: string;
    stream?: boolean;
    max_tokens?: number;
    tools?: unknown;
    messages: { role: string; content: string }[];
  };
  /** Resolves when the connection of the request is over; `true` where the service ended it before the answer was whole. */
  aborted: Promise<boolean>;
}

/** How the model answers a request. */
export interface ModelScript {
  /** An error in place of an answer. */
  status?: number;
  pieces?: readonly string[];
  /** The body as it is, in place of pieces. */
  raw?: string;
  /** Whether `raw` is sent again and again, for as long as somebody reads. */
  endless?: boolean;
  /** Is awaited before each piece but the first. */
  before?: (index: number) => Promise<void> | void;
  /** `length`: the limit of tokens is reached; `break`: the connection breaks off. Default: `stop`. */
  end?: 'stop' | 'length' | 'break';
}

/** A language model that says what a spec tells it, served with the chat completions of OpenAI over HTTP on loopback. */
export class ScriptedModel {
  readonly requests: ModelRequest[] = [];
  private readonly server: Server;
  /** Answers the requests; a spec replaces it. */
  script: (request: ModelRequest) => ModelScript = () => ({ pieces: ['Nothing.'] });

  private constructor() {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  static async start(): Promise<ScriptedModel> {
    const model = new ScriptedModel();
    model.server.listen(0, '127.0.0.1');
    await once(model.server, 'listening');
    return model;
  }

  get env(): Record<string, string> {
    return { ASSISTANT_BASE_URL: this.url, ASSISTANT_MODEL: 'scripted', ASSISTANT_API_KEY: 'model-key' };
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const aborted = once(response, 'close').then(() => !response.writableFinished);
    const body = (await json(request)) as ModelRequest['body'];
    const known: ModelRequest = { authorization: request.headers.authorization, body, aborted };
    this.requests.push(known);
    const script = this.script(known);
    if (script.status !== undefined) {
      response.writeHead(script.status, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ error: { message: `secret of the provider: ${body.messages[0]!.content}` } }),
      );
    } else if (script.raw !== undefined) await this.sendRaw(response, script.raw, script.endless);
    else if (body.stream) await this.stream(response, script);
    else this.whole(response, script);
  }

  private async sendRaw(response: ServerResponse, raw: string, endless = false): Promise<void> {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(raw);
    if (!endless) {
      response.end();
      return;
    }
    while (!response.destroyed)
      if (!response.write(raw)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }

  private async stream(response: ServerResponse, { pieces = [], before, end = 'stop' }: ModelScript) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (data: unknown) => void response.write(`data: ${JSON.stringify(data)}\n\n`);
    for (const [index, content] of pieces.entries()) {
      if (index > 0) await before?.(index);
      if (response.destroyed) return;
      send(chunkOf({ delta: { role: 'assistant', content } }));
    }
    if (end === 'break') {
      response.socket!.end();
      return;
    }
    send(chunkOf({ delta: {}, finish_reason: end }));
    send({ ...chunkOf(), choices: [], usage: USAGE });
    response.end('data: [DONE]\n\n');
  }

  private whole(response: ServerResponse, { pieces = [] }: ModelScript): void {
    const message = { role: 'assistant', content: pieces.join('') };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...chunkOf({ message, finish_reason: 'stop' }), usage: USAGE }));
  }
}

const USAGE = { prompt_tokens: 120, completion_tokens: 30, total_tokens: 150 };

const chunkOf = (choice: object = {}) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'scripted',
  choices: [{ index: 0, ...choice }],
});
