import { generateApiKey } from './key-format.js';
import { KeyExtractor } from './presented-key.js';

const KEY = generateApiKey('mcp');
const OTHER = generateApiKey('mcp');
const extractor = new KeyExtractor('mcp');

type Headers = Record<string, string | string[] | undefined>;

const request = (headers: Headers, url = '/mcp', rawHeaders?: string[]) => ({
  id: 'request',
  ip: '127.0.0.1',
  method: 'POST',
  url,
  headers,
  ...(rawHeaders && { raw: { rawHeaders } }),
});
const extract = (headers: Headers, url?: string, rawHeaders?: string[]) =>
  extractor.extract(request(headers, url, rawHeaders));

const MALFORMED = { kind: 'malformed' };

describe('KeyExtractor', () => {
  it('says when no key was sent', () => {
    expect(extract({})).toEqual({ kind: 'none' });
    expect(extract({ accept: 'application/json' }, '/api/documents?limit=5')).toEqual({ kind: 'none' });
  });

  it('reads the key from Authorization: Bearer', () => {
    expect(extract({ authorization: `Bearer ${KEY}` })).toEqual({ kind: 'key', key: KEY });
  });

  it('accepts the scheme in any case (RFC 9110, section 11.1)', () => {
    for (const scheme of ['bearer', 'BEARER', 'BeArEr']) {
      expect(extract({ authorization: `${scheme} ${KEY}` })).toEqual({ kind: 'key', key: KEY });
    }
  });

  it('reads the key from X-API-Key', () => {
    expect(extract({ 'x-api-key': KEY })).toEqual({ kind: 'key', key: KEY });
  });

  it('accepts one key in both headers', () => {
    expect(extract({ authorization: `Bearer ${KEY}`, 'x-api-key': KEY })).toEqual({ kind: 'key', key: KEY });
  });

  it('refuses two different keys', () => {
    expect(extract({ authorization: `Bearer ${KEY}`, 'x-api-key': OTHER })).toEqual(MALFORMED);
    expect(extract({ authorization: `Bearer ${KEY}`, 'x-api-key': KEY.toLowerCase() })).toEqual(MALFORMED);
  });

  it.each([
    '',
    'Bearer',
    'Bearer ',
    KEY,
    `Basic ${KEY}`,
    `Bearer${KEY}`,
    `Token ${KEY}`,
    `Bearer ${KEY} ${OTHER}`,
    `Bearer ${KEY}, Bearer ${OTHER}`,
    `Bearer ${KEY},`,
    `Basic dTpw, Bearer ${KEY}`,
  ])('refuses the malformed header Authorization: %j', (authorization) => {
    expect(extract({ authorization })).toEqual(MALFORMED);
  });

  it('refuses a malformed Authorization even if X-API-Key is valid', () => {
    expect(extract({ authorization: 'Basic dTpw', 'x-api-key': KEY })).toEqual(MALFORMED);
    expect(extract({ authorization: '', 'x-api-key': KEY })).toEqual(MALFORMED);
  });

  it('refuses an empty X-API-Key, even beside a valid Authorization', () => {
    expect(extract({ 'x-api-key': '' })).toEqual(MALFORMED);
    expect(extract({ authorization: `Bearer ${KEY}`, 'x-api-key': '' })).toEqual(MALFORMED);
  });

  it('refuses a second Authorization, which Node drops from the headers', () => {
    const sent = ['Host', 'localhost', 'Authorization', `Bearer ${KEY}`, 'AUTHORIZATION', `Bearer ${OTHER}`];
    expect(extract({ authorization: `Bearer ${KEY}` }, '/mcp', sent)).toEqual(MALFORMED);
    expect(extract({ authorization: `Bearer ${KEY}` }, '/mcp', sent.slice(0, 4))).toEqual({
      kind: 'key',
      key: KEY,
    });
  });

  it('does not mistake a header value for a header name', () => {
    const sent = ['Authorization', `Bearer ${KEY}`, 'X-Note', 'authorization'];
    expect(extract({ authorization: `Bearer ${KEY}` }, '/mcp', sent)).toEqual({ kind: 'key', key: KEY });
  });

  it.each(['api_key', 'api-key', 'apikey', 'apiKey', 'x-api-key', 'X-API-Key', 'access_token'])(
    'refuses a key in the query parameter %s',
    (name) => {
      for (const url of [`/mcp?${name}=${KEY}`, `/mcp?a=b&${name}=${KEY}`]) {
        expect(extract({}, url)).toEqual(MALFORMED);
        expect(extract({ authorization: `Bearer ${KEY}` }, url)).toEqual(MALFORMED);
      }
    },
  );

  it('refuses a key in the query string, whatever the parameter is called', () => {
    expect(extract({ 'x-api-key': KEY }, `/mcp?t=${KEY}`)).toEqual(MALFORMED);
    expect(extract({}, `/mcp?${KEY}`)).toEqual(MALFORMED);
  });

  it('recognises keys of its own prefix in a query string', () => {
    const live = generateApiKey('mcp_live');
    const found = new KeyExtractor('mcp_live').extract(request({ 'x-api-key': live }, `/mcp?t=${live}`));
    expect(found).toEqual(MALFORMED);
  });

  it('accepts other query parameters', () => {
    for (const url of ['/api/mcp/keys?limit=5&cursor=abc', '/api/audit?keyId=1&tool=api_key', '/mcp?']) {
      expect(extract({ 'x-api-key': KEY }, url)).toEqual({ kind: 'key', key: KEY });
    }
  });
});
