import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/server';
import { jsonOf } from '../../../common/kept-json.js';
import type { CallFailure } from '../call-failure.js';
import { isObject } from '../../protocol/request-body.js';

/**
 * Converts the returned value of a tool's handler to a result.
 * @throws TypeError for what JSON cannot represent (BigInt, circular references)
 */
export function toToolResult(value: unknown): CallToolResult {
  if (value === undefined || value === null) return { content: [] };
  if (typeof value === 'string') return { content: [text(value)] };
  if (Array.isArray(value)) {
    return {
      content: value.length > 0 && value.every(isContentBlock) ? value : [text(JSON.stringify(value))],
    };
  }
  if (isToolResult(value)) return value;
  const json = typeof value === 'object' ? jsonOf(value) : (JSON.stringify(value) as string | undefined);
  if (json === undefined) return { content: [] };
  return {
    content: [text(json)],
    ...(json.startsWith('{') && { structuredContent: value }),
  };
}

const RESULT_MEMBERS = new Set(['content', 'structuredContent', 'isError', '_meta']);

/** Recognises a complete tool result. An object that merely has a member `content` is data. */
const isToolResult = (value: unknown): value is CallToolResult =>
  typeof value === 'object' &&
  value !== null &&
  'content' in value &&
  Array.isArray(value.content) &&
  value.content.every(isContentBlock) &&
  Object.keys(value).every((member) => RESULT_MEMBERS.has(member));

/** Returns a failure as a result, so that the model can read the message and the code and act on them. */
export function toErrorResult({ error, requestId }: CallFailure): CallToolResult {
  const message = error.code === 'internal_error' ? `${error.message} (request ${requestId})` : error.message;
  return {
    content: [text(message)],
    isError: true,
    _meta: { 'bouncer/error': { ...error.options.data, code: error.code, requestId } },
  };
}

const text = (value: string): ContentBlock => ({ type: 'text', text: value });

const isText = (value: unknown): boolean => typeof value === 'string';

/** Checks the required members of each kind of content block. */
const BLOCKS: Record<string, (block: Record<string, unknown>) => boolean> = {
  text: ({ text }) => isText(text),
  image: ({ data, mimeType }) => isText(data) && isText(mimeType),
  audio: ({ data, mimeType }) => isText(data) && isText(mimeType),
  resource: ({ resource }) =>
    isObject(resource) && isText(resource.uri) && (isText(resource.text) || isText(resource.blob)),
  resource_link: ({ uri, name }) => isText(uri) && isText(name),
};

const isContentBlock = (block: unknown): block is ContentBlock =>
  isObject(block) &&
  typeof block.type === 'string' &&
  Object.hasOwn(BLOCKS, block.type) &&
  BLOCKS[block.type]!(block);
