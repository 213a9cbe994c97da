import { formatOf } from './file-formats.js';

const pdf = Buffer.from('%PDF-1.7\n');
const zip = Buffer.from('PK\u0003\u0004');
const text = Buffer.from('Trains');

const nameOf = (name: string, mediaType: string | undefined, bytes: Buffer) =>
  formatOf(name, mediaType, bytes)?.name;

describe('The format of a file', () => {
  it('is what its extension says, in any case and whatever its sender calls it', () => {
    expect(nameOf('A.PDF', 'application/octet-stream', pdf)).toBe('pdf');
    expect(nameOf('a/b.docx', undefined, zip)).toBe('docx');
    expect(nameOf('a.htm', 'text/plain', text)).toBe('html');
    expect(nameOf('README.md', undefined, text)).toBe('markdown');
    expect(nameOf('notes.text', undefined, text)).toBe('text');
  });

  it('is what its media type or its first bytes say, where its name has no extension', () => {
    expect(nameOf('LICENSE', 'text/plain', text)).toBe('text');
    expect(nameOf('report', 'application/pdf', pdf)).toBe('pdf');
    expect(nameOf('report', undefined, pdf)).toBe('pdf');
    expect(nameOf('report', undefined, text)).toBeUndefined();
  });

  it('is unknown with another extension, even if its sender calls it a text', () => {
    expect(nameOf('budget.xlsx', 'text/plain', zip)).toBeUndefined();
    expect(nameOf('page.php', 'text/html', text)).toBeUndefined();
  });

  it.each([
    ['a.pdf', text, 'not a PDF, whatever its name says'],
    ['a.docx', text, 'not a DOCX, whatever its name says'],
    [
      'a.docx',
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      'not a DOCX: it is encrypted, or of an older version of Word',
    ],
    ['a.txt', pdf, 'not text, whatever its name says'],
    ['a.html', zip, 'not HTML, whatever its name says'],
    ['a.pdf', Buffer.alloc(0), 'empty'],
  ])('refuses %s whose bytes say another', (name, bytes, reason) => {
    expect(() => formatOf(name, undefined, bytes)).toThrow(reason);
  });
});
