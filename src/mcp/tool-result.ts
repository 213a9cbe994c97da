import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/server';
import { ServiceError } from '../errors/service-error.js';

/** What the exception filter makes of a tool's failure, for the dispatcher to put on the wire. */
export class ToolFailure {
  constructor(
    readonly error: ServiceError,
    readonly requestId: string,
  ) {}

  /** The call was not let in (or could not be recorded): an HTTP status and a JSON-RPC error, not a result. */
  get isRefusal(): boolean {
    return [401, 403, 429, 503].includes(this.error.status);
  }
}

/** The only way from what a handler returns to a tool result. */
export function toToolResult(value: unknown): CallToolResult {
  if (value === undefined || value === null) return { content: [] };
  if (typeof value === 'string') return { content: [text(value)] };
  if (Array.isArray(value)) {
    return {
      content: value.length > 0 && value.every(isContentBlock) ? value : [text(JSON.stringify(value))],
    };
  }
  if (typeof value !== 'object') return { content: [text(JSON.stringify(value))] };
  if ('content' in value && Array.isArray(value.content) && value.content.every(isContentBlock)) {
    return value as CallToolResult;
  }
  return { content: [text(JSON.stringify(value))], structuredContent: value };
}

/** A failure that the model may read and act on: what went wrong, as text, and its code. */
export function toErrorResult({ error, requestId }: ToolFailure): CallToolResult {
  const message = error.code === 'internal_error' ? `${error.message} (request ${requestId})` : error.message;
  return {
    content: [text(message)],
    isError: true,
    _meta: { 'bouncer/error': { code: error.code, requestId, ...error.options.data } },
  };
}

const text = (value: string): ContentBlock => ({ type: 'text', text: value });

const isContentBlock = (block: unknown): block is ContentBlock =>
  typeof block === 'object' &&
  block !== null &&
  'type' in block &&
  ['text', 'image', 'audio', 'resource', 'resource_link'].includes(String(block.type));
