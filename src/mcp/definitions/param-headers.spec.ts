import { paramHeaderError, paramHeadersOf } from './param-headers.js';

const SCHEMA = {
  type: 'object',
  properties: {
    region: { type: 'string', 'x-mcp-header': 'Region' },
    page: { type: 'object', properties: { size: { type: 'integer', 'x-mcp-header': 'Size' } } },
    query: { type: 'string' },
  },
};
const declared = paramHeadersOf(SCHEMA);
const error = (input: object, headers: Record<string, string>) => paramHeaderError(declared, input, headers);

describe('The headers that repeat arguments', () => {
  it('are those that the schema marks, at any depth', () => {
    expect(declared).toEqual([
      { header: 'mcp-param-region', path: ['region'] },
      { header: 'mcp-param-size', path: ['page', 'size'] },
    ]);
  });

  it.each([
    [{ region: 'eu' }, { 'mcp-param-region': 'eu' }],
    [{ region: 'eu' }, { 'mcp-param-region': '  eu ' }],
    [{ region: 'Köln' }, { 'mcp-param-region': '=?base64?S8O2bG4=?=' }],
    [{ page: { size: 42 } }, { 'mcp-param-size': '42.0' }],
    [{ region: null }, {}],
    [{ query: 'x' }, { 'mcp-param-region': 'eu' }],
  ])('may carry %j as %j', (input, headers) => {
    expect(error(input, headers as Record<string, string>)).toBeUndefined();
  });

  it.each([
    ['another value', { 'mcp-param-region': 'us' }],
    ['nothing', {}],
    ['broken Base64', { 'mcp-param-region': '=?base64?ZXU?=' }],
    ['letters that Base64 has not', { 'mcp-param-region': '=?base64?ZX!=?=' }],
    ['what is no UTF-8', { 'mcp-param-region': '=?base64?/w==?=' }],
  ])('may not carry %s', (_, headers) => {
    expect(error({ region: 'eu' }, headers as Record<string, string>)).toMatchObject({ code: -32020 });
  });
});
