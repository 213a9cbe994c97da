import { errorOf, isRecord, ToolFailed } from './errors.js';
import type { BouncerRequestOptions } from './rest-client.js';

export type ToolArguments = Record<string, unknown>;

export interface McpTool {
  name: string;
  description?: string;
  inputSchema: Record<string, unknown>;
}

interface ToolResult {
  content?: { type: string; text?: string }[];
  structuredContent?: unknown;
  isError?: boolean;
}

interface RpcAnswer {
  result?: unknown;
  error?: unknown;
}

/**
 * Lists and calls MCP tools, a request for each. It has no session, and is no client for an agent that talks with tools:
 * those have one of their own.
 *
 * @example
 * ```ts
 * const mcp = new McpClient({ url: 'https://bouncer.example.com', key: () => apiKey });
 * const invoice = await mcp.callTool('invoices_get', { id });
 * ```
 */
export class McpClient {
  private readonly endpoint: string;
  private lastId = 0;

  constructor(private readonly options: BouncerRequestOptions) {
    this.endpoint = `${options.url.replace(/\/+$/, '')}/mcp`;
  }

  /** The tools that the key may call. */
  async listTools(signal?: AbortSignal): Promise<McpTool[]> {
    const tools: McpTool[] = [];
    let cursor: string | undefined;
    do {
      const page = (await this.request('tools/list', cursor === undefined ? {} : { cursor }, signal)) as {
        tools: McpTool[];
        nextCursor?: string;
      };
      tools.push(...page.tools);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return tools;
  }

  /**
   * Calls a tool.
   *
   * @returns its structured content, or its text where it has none
   * @throws ToolFailed where the tool ran and failed, or a BouncerError where the call was refused
   */
  async callTool<T = unknown>(name: string, args: ToolArguments = {}, signal?: AbortSignal): Promise<T> {
    const result = (await this.request('tools/call', { name, arguments: args }, signal)) as ToolResult;
    const text = (result.content ?? []).map((part) => part.text ?? '').join('\n');
    if (result.isError) throw new ToolFailed(name, text);
    return (result.structuredContent ?? text) as T;
  }

  private async request(method: string, params: object, signal?: AbortSignal): Promise<unknown> {
    const id = ++this.lastId;
    const send = this.options.fetch ?? fetch;
    const response = await send(this.endpoint, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await this.options.key()}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id, method, params }),
      ...(signal && { signal }),
    });
    const answer = answerIn(await response.text(), response.headers.get('content-type') ?? '', id);
    if (answer?.error !== undefined || !response.ok) throw errorOf(response.status, response.headers, answer);
    return answer?.result;
  }
}

/** The answer to request `id`: the body, or the event with that id in a body of Server-Sent Events. */
function answerIn(body: string, type: string, id: number): RpcAnswer | undefined {
  const texts = type.startsWith('text/event-stream')
    ? body.split(/\r?\n\r?\n/).map(
        (event) =>
          event
            .match(/^data: ?.*$/gm)
            ?.map((line) => line.slice(5))
            .join('\n') ?? '',
      )
    : [body];
  const messages = texts.map(parsed).filter(isRecord);
  return messages.find((message) => message.id === id && !('method' in message)) ?? messages.at(-1);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
