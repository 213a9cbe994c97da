import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

const CHUNK = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'scripted' };

/** A language model that says what a case tells it, served with the chat completions of OpenAI on loopback. */
export class ScriptedModel {
  /** What it says, in pieces. */
  pieces = [];
  /** Whether it says nothing more after its pieces, and never ends. */
  holds = false;
  /** What it makes of a follow-up question. */
  question = '';
  /** A status in place of an answer. */
  status;
  #server;

  static async start() {
    const model = new ScriptedModel();
    model.#server = createServer((request, response) => void model.#answer(request, response));
    await once(model.#server.listen(0, '127.0.0.1'), 'listening');
    return model;
  }

  get env() {
    return {
      ASSISTANT_BASE_URL: `http://127.0.0.1:${this.#server.address().port}/v1`,
      ASSISTANT_MODEL: 'scripted',
      ASSISTANT_API_KEY: 'model-key',
    };
  }

  async stop() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request, response) {
    const { stream } = await json(request);
    if (this.status !== undefined) {
      response.writeHead(this.status).end('{}');
      return;
    }
    if (!stream) {
      const message = { role: 'assistant', content: this.question };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ ...CHUNK, choices: [{ index: 0, message, finish_reason: 'stop' }] }));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (choice) =>
      response.write(`data: ${JSON.stringify({ ...CHUNK, choices: [{ index: 0, ...choice }] })}\n\n`);
    for (const content of this.pieces) send({ delta: { role: 'assistant', content } });
    if (this.holds) return;
    send({ delta: {}, finish_reason: 'stop' });
    response.end('data: [DONE]\n\n');
  }
}
