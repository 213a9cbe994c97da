import { request as httpRequest } from 'node:http';
import { deflateSync } from 'node:zlib';
import { docxOf, pdfOf, pdfOfStreams, wordParagraph } from './support/files.js';
import { TestService, type TestUser } from './support/test-service.js';

const MAX_BYTES = 1024 * 1024;
const PATH = '/api/documents/upload';

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

describe('An upload', () => {
  let service: TestService;
  let owner: TestUser;
  let key: string;

  beforeAll(async () => {
    service = await TestService.start({ env: { DOCUMENT_FILE_MAX_BYTES: String(MAX_BYTES) } });
    owner = await service.createUser();
    key = (await service.createKey(owner, ['read', 'write'])).apiKey;
  });
  afterAll(() => service.stop());

  const send = async (form: FormData, by: string | undefined = key, path = PATH): Promise<Answer> => {
    const answer = await fetch(service.url + path, {
      method: 'POST',
      body: form,
      headers: by === undefined ? {} : { 'X-API-Key': by },
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const formOf = (name: string, bytes: string | Buffer, fields: Record<string, string> = {}): FormData => {
    const form = new FormData();
    for (const [field, value] of Object.entries(fields)) form.append(field, value);
    form.append('file', new Blob([bytes]), name);
    return form;
  };
  const count = async () =>
    (await service.query<{ n: number }>('SELECT count(*)::int AS n FROM documents', []))[0]!.n;

  it.each([
    ['notes.md', '# Notes\n\nText', 'Notes', '# Notes\n\nText', 'markdown'],
    ['notes.txt', 'Grüße', 'notes.txt', 'Grüße', 'text'],
    ['page.html', '<title>Page</title><p>Text', 'Page', 'Text', 'html'],
    ['Bericht für Köln.docx', docxOf(wordParagraph('Report', 'Heading1')), 'Report', '# Report', 'docx'],
    ['report.pdf', pdfOf([[{ text: 'Revenue', y: 90 }]], { title: 'Q3' }), 'Q3', 'Revenue', 'pdf'],
  ])('makes a document of %s, with a row in the audit', async (filename, bytes, title, content, format) => {
    const { status, body } = await send(formOf(filename, bytes));
    expect([status, body]).toMatchObject([201, { title, content, filename, language: null }]);
    expect((await service.request('GET', `/api/documents/${String(body.id)}`, { key })).body).toEqual(body);
    const rows = await service.auditRows();
    expect(rows.find(({ metadata }) => metadata?.filename === filename)).toMatchObject({
      metadata: { title, filename, format, bytes: Buffer.byteLength(bytes) },
    });
  });

  it('takes a title and a language, and answers a key that may not read with what it sent', async () => {
    const writer = (await service.createKey(owner, ['documents:write'])).apiKey;
    const fields = { title: 'Reisen', language: 'de' };
    const { status, body } = await send(formOf('../../etc/rules.md', '# Rules', fields), writer);
    expect([status, body]).toMatchObject([201, { ...fields, filename: 'rules.md' }]);
    const refused = await send(formOf('a.md', 'x', { language: 'xx' }));
    expect([refused.status, refused.body.code]).toEqual([400, 'validation_failed']);
  });

  it.each([
    [
      'of another format',
      formOf.bind(undefined, 'a.xlsx', 'PK\u0003\u0004'),
      415,
      'unsupported_document_format',
    ],
    ['that is no PDF', formOf.bind(undefined, 'a.pdf', 'x'), 400, 'validation_failed'],
    ['without text', formOf.bind(undefined, 'a.pdf', pdfOf([[]])), 400, 'validation_failed'],
    ['that is empty', formOf.bind(undefined, 'a.md', ''), 400, 'validation_failed'],
    [
      'that is too large',
      formOf.bind(undefined, 'a.txt', Buffer.alloc(MAX_BYTES + 1, 'x')),
      413,
      'payload_too_large',
    ],
    [
      'that is far too large',
      formOf.bind(undefined, 'a.txt', Buffer.alloc(3 * MAX_BYTES)),
      413,
      'payload_too_large',
    ],
    [
      'beside unknown fields',
      formOf.bind(undefined, 'a.md', 'x', { ownerId: '1' }),
      400,
      'validation_failed',
    ],
    ['beside its own text', formOf.bind(undefined, 'a.md', 'x', { content: 'y' }), 400, 'validation_failed'],
  ] as [string, () => FormData, number, string][])('refuses a file %s', async (_, form, status, code) => {
    const before = await count();
    const { status: got, body } = await send(form());
    expect([got, body.code]).toEqual([status, code]);
    expect(await count()).toBe(before);
  });

  it('refuses a form with two files, none, or a broken one', async () => {
    const two = formOf('a.md', 'x');
    two.append('file', new Blob(['y']), 'b.md');
    const none = new FormData();
    none.append('title', 'x');
    const other = new FormData();
    other.append('attachment', new Blob(['x']), 'a.md');
    for (const form of [two, none, other])
      expect(await send(form)).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    const raw = (type: string, body: string) =>
      fetch(service.url + PATH, {
        method: 'POST',
        body,
        headers: { 'X-API-Key': key, 'Content-Type': type },
      });
    const cut = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.md"\r\n\r\nText';
    expect((await raw('multipart/form-data; boundary=b', cut)).status).toBe(400);
    expect((await raw('multipart/form-data', cut)).status).toBe(400);
    expect((await raw('application/json', '{}')).status).toBe(415);
    expect((await raw('application/pdf', '%PDF-')).status).toBe(415);
  });

  it('is taken on no other route', async () => {
    const { status, body } = await send(formOf('a.md', 'x'), key, '/api/documents');
    expect([status, body.code]).toEqual([415, 'unsupported_media_type']);
  });

  it('that would take the memory of the service is refused, and the service goes on', async () => {
    const once = deflateSync(Buffer.alloc(600 * 1024 * 1024, 0x20));
    const bomb = pdfOfStreams([{ bytes: deflateSync(once), filter: '[/FlateDecode /FlateDecode]' }]);
    const { status, body } = await send(formOf('a.pdf', bomb));
    expect([status, body.detail]).toEqual([400, 'file: needs too much memory to read']);
    expect((await send(formOf('b.pdf', pdfOf([[{ text: 'Text', y: 90 }]])))).status).toBe(201);
  });

  it('refuses more than two at once of one user, and takes one when these have ended', async () => {
    const begin = () =>
      new Promise<{ socket: ReturnType<typeof httpRequest>; status: Promise<number> }>((resolve) => {
        const socket = httpRequest(service.url + PATH, {
          method: 'POST',
          headers: { 'X-API-Key': key, 'Content-Type': 'multipart/form-data; boundary=b' },
        });
        const status = new Promise<number>((answered) => {
          socket.on('response', (answer) => answered(answer.resume().statusCode!));
        });
        socket.on('error', () => undefined);
        socket.write('--b\r\nContent-Disposition: form-data; name="file"; filename="a.md"\r\n\r\n', () =>
          resolve({ socket, status }),
        );
      });
    const open = await Promise.all([begin(), begin(), begin()]);
    expect(await Promise.race(open.map(({ status }) => status))).toBe(429);
    for (const { socket } of open) socket.end('Text\r\n--b--\r\n');
    expect((await Promise.all(open.map(({ status }) => status))).sort((a, b) => a - b)).toEqual([
      201, 201, 429,
    ]);
    expect((await send(formOf('a.md', 'x'))).status).toBe(201);
  });

  it.each([
    ['without a key', () => Promise.resolve(undefined), 401],
    ['without the scope', async () => (await service.createKey(owner, ['documents:read'])).apiKey, 403],
  ])('%s is refused before its body is read', async (_, keyOf, expected) => {
    const by = await keyOf();
    const bytes = 20 * 1024 * 1024;
    const status = await new Promise<number>((resolve, reject) => {
      // Nothing of the body is ever sent, so an answer proves that the service did not wait for it.
      const socket = httpRequest(service.url + PATH, {
        method: 'POST',
        headers: {
          'Content-Type': 'multipart/form-data; boundary=b',
          'Content-Length': bytes,
          ...(by !== undefined && { 'X-API-Key': by }),
        },
      });
      socket.on('response', (answer) => {
        resolve(answer.resume().statusCode!);
        socket.destroy();
      });
      socket.on('error', reject).flushHeaders();
    });
    expect(status).toBe(expected);
  });
});
