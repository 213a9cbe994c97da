// Stands where a client expects its model: asks for one tool, once, and says that it is done. So a client that calls tools
// only for a model calls one here, without a model and without the network.
import { createServer } from 'node:http';

const events = (list) =>
  list.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');

/** How each API lists the tools, hands over a result, and asks for a call. */
const APIS = [
  {
    path: /^\/v1\/messages\?|^\/v1\/messages$/,
    tools: ({ tools = [] }) => tools.map(({ name }) => name),
    result: ({ messages }) => messages.at(-1).content,
    isResult: (content) => content[0]?.type === 'tool_result',
    answer: (model, call) =>
      events([
        {
          type: 'message_start',
          message: {
            id: 'msg_1',
            type: 'message',
            role: 'assistant',
            model,
            content: [],
            stop_reason: null,
            stop_sequence: null,
            usage: { input_tokens: 1, output_tokens: 1 },
          },
        },
        {
          type: 'content_block_start',
          index: 0,
          content_block: call
            ? { type: 'tool_use', id: 'toolu_1', name: call.name, input: {} }
            : { type: 'text', text: '' },
        },
        {
          type: 'content_block_delta',
          index: 0,
          delta: call
            ? { type: 'input_json_delta', partial_json: JSON.stringify(call.args) }
            : { type: 'text_delta', text: 'Done' },
        },
        { type: 'content_block_stop', index: 0 },
        {
          type: 'message_delta',
          delta: { stop_reason: call ? 'tool_use' : 'end_turn', stop_sequence: null },
          usage: { output_tokens: 1 },
        },
        { type: 'message_stop' },
      ]),
  },
  {
    path: /:streamGenerateContent/,
    tools: ({ tools = [] }) =>
      tools.flatMap(({ functionDeclarations = [] }) => functionDeclarations.map(({ name }) => name)),
    result: ({ contents }) => contents.at(-1).parts,
    isResult: (parts) => parts.some(({ functionResponse }) => functionResponse),
    answer: (_model, call) => {
      const part = call ? { functionCall: { name: call.name, args: call.args } } : { text: 'Done' };
      const candidate = { content: { role: 'model', parts: [part] }, finishReason: 'STOP', index: 0 };
      const usageMetadata = { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 };
      return `data: ${JSON.stringify({ candidates: [candidate], usageMetadata })}\n\n`;
    },
  },
];

/**
 * @param tool the end of the name of the tool to call
 * @returns {Promise<{ url: string, tools: string[], result: string | undefined, close(): void }>} what the client has shown it
 */
export async function startScriptedModel(tool, args) {
  const seen = { tools: [], result: undefined };
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part) => (text += part));
    request.on('end', () => {
      const api = APIS.find(({ path }) => path.test(request.url));
      if (!api) return response.writeHead(404).end();
      const body = JSON.parse(text);
      const names = api.tools(body);
      if (names.length > 0) seen.tools = names;
      const last = api.result(body);
      const over = api.isResult(last);
      if (over) seen.result = JSON.stringify(last);
      const name = over ? undefined : names.find((each) => each.endsWith(tool));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      return response.end(api.answer(body.model, name && { name, args }));
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(seen, {
    url: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  });
}
