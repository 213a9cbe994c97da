import type { ErrorCode } from '../../../errors/error-codes.js';
import { ServiceError, validationFailed } from '../../../errors/service-error.js';
import { CallFailure } from '../call-failure.js';
import { toErrorResult, toToolResult } from './tool-result.js';

describe('toToolResult', () => {
  it('makes a text of a text', () => {
    expect(toToolResult('done')).toEqual({ content: [{ type: 'text', text: 'done' }] });
    expect(toToolResult('')).toEqual({ content: [{ type: 'text', text: '' }] });
  });

  it('makes a structured result of an object, with the same as text', () => {
    const value = { id: '1', tags: ['a'], author: null };
    expect(toToolResult(value)).toEqual({
      content: [{ type: 'text', text: JSON.stringify(value) }],
      structuredContent: value,
    });
  });

  it('makes an empty result of undefined and null', () => {
    expect(toToolResult(undefined)).toEqual({ content: [] });
    expect(toToolResult(null)).toEqual({ content: [] });
  });

  it.each([
    [0, '0'],
    [false, 'false'],
    [42, '42'],
  ])('makes a text of %j', (value, text) => {
    expect(toToolResult(value)).toEqual({ content: [{ type: 'text', text }] });
  });

  it('makes a text of a list: structured content is an object', () => {
    for (const list of [
      [],
      [1, 2],
      [{ id: '1' }],
      [{ type: 'text', text: 'a' }, 'b'],
      [{ type: 'image', data: 'AA==' }],
    ]) {
      expect(toToolResult(list)).toEqual({ content: [{ type: 'text', text: JSON.stringify(list) }] });
    }
  });

  it('keeps content blocks as they are', () => {
    const blocks = [
      { type: 'text', text: 'a' },
      { type: 'image', data: 'AA==', mimeType: 'image/png' },
      { type: 'resource_link', uri: 'document://1', name: 'a' },
    ];
    expect(toToolResult(blocks)).toEqual({ content: blocks });
  });

  it('keeps a whole tool result as it is', () => {
    const result = { content: [{ type: 'text', text: 'a' }], isError: true, _meta: { a: 1 } };
    expect(toToolResult(result)).toEqual(result);
  });

  it('does not take an object with a member "content" for a tool result', () => {
    for (const value of [
      { content: 'text of a document' },
      { content: ['a'] },
      { content: [{ type: 'pdf' }] },
      { content: [{ type: 'text' }] },
      { content: [{ type: 'resource_link', uri: 'document://1' }] },
      { content: [{ type: 'resource', resource: { uri: 'document://1' } }] },
    ]) {
      expect(toToolResult(value)).toEqual({
        content: [{ type: 'text', text: JSON.stringify(value) }],
        structuredContent: value,
      });
    }
  });
});

describe('CallFailure', () => {
  const failure = (status: number) =>
    new CallFailure(new ServiceError('bad_request', 'no', { status }), 'request');

  it('is a refusal when the call was not admitted', () => {
    expect([401, 403, 429, 503].filter((status) => failure(status).isRefusal)).toEqual([401, 403, 429, 503]);
  });

  it('is a result for the model to read when the call ran and failed', () => {
    expect([400, 404, 409, 413, 500].filter((status) => failure(status).isRefusal)).toEqual([]);
  });
});

describe('toErrorResult', () => {
  it('contains the message and the code', () => {
    const error = validationFailed(['title: is too long']);
    expect(toErrorResult(new CallFailure(error, 'request-1'))).toEqual({
      content: [{ type: 'text', text: 'title: is too long' }],
      isError: true,
      _meta: {
        'bouncer/error': {
          code: 'validation_failed',
          requestId: 'request-1',
          errors: ['title: is too long'],
        },
      },
    });
  });

  it('names the request of an unexpected error, by which the log has it', () => {
    const error = new ServiceError('internal_error', 'Internal error');
    expect(toErrorResult(new CallFailure(error, 'request-1')).content).toEqual([
      { type: 'text', text: 'Internal error (request request-1)' },
    ]);
  });

  it('never shows the private half of an error', () => {
    const error = new ServiceError('internal_error' satisfies ErrorCode, 'Internal error', {
      reason: 'private-reason',
      cause: new Error('private-cause'),
      subject: { userId: 'private-user', keyId: 'private-key', keyStart: 'private-start' },
      headers: { 'X-Private': 'private-header' },
    });
    expect(JSON.stringify(toErrorResult(new CallFailure(error, 'request-1')))).not.toContain('rivate-');
  });
});
