import { deflateSync } from 'node:zlib';
import { docxOf, pdfOf, pdfOfStreams, wordParagraph, zipOf } from '../../../test/support/files.js';
import { readSettings } from '../../config/settings.js';
import { DocumentReader } from './document-reader.js';
import { ParserPool } from './parser-pool.js';

const paragraph = (lines: string[], from: number, page = 0) =>
  lines.map((text, index) => ({ text, y: from + index * 14, page }));

describe('A file that is read in a process of its own', () => {
  const settings = readSettings({});
  const pool = new ParserPool(settings);
  const reader = new DocumentReader(pool, settings);
  afterAll(() => pool.onModuleDestroy());

  const read = (name: string, bytes: Buffer) => reader.read({ name, bytes });
  const reasonOf = (name: string, bytes: Buffer) =>
    read(name, bytes).then(
      () => 'taken',
      (error: Error) => error.message,
    );

  it('gives a PDF as paragraphs, headings, lists and code, without headers and footers', async () => {
    const margins = (page: number) => [
      { text: 'Acme internal', y: 30, size: 8 },
      { text: `Page ${page} of 3`, y: 810, size: 8 },
    ];
    const { title, content } = await read(
      'report.pdf',
      pdfOf(
        [
          [
            ...margins(1),
            { text: 'Travel rules', y: 90, size: 20 },
            ...paragraph(
              ['Trains within the country are booked in ad-', 'vance. A well-known rule says', 'so.'],
              130,
            ),
            { text: 'Planes', y: 200, size: 15 },
            ...paragraph(['First of all, this is a well-', 'known text of a page that goes on'], 230),
          ],
          [
            ...margins(2),
            { text: 'on the next page.', y: 90 },
            { text: '\u0095 One', y: 130 },
            { text: '\u0095 Two', y: 144 },
            { text: 'if (x) {', y: 180, font: 'Courier' },
            { text: 'go();', y: 194, x: 98, font: 'Courier' },
          ],
          [...margins(3), { text: 'The end of the text.', y: 90 }],
        ],
        { title: 'Microsoft Word - report.doc' },
      ),
    );
    expect(title).toBe('Travel rules');
    expect(content).toBe(
      [
        '# Travel rules',
        'Trains within the country are booked in advance. A well-known rule says so.',
        '## Planes',
        'First of all, this is a well-known text of a page that goes on on the next page.',
        '- One',
        '- Two',
        '```\nif (x) {\n    go();\n```',
        'The end of the text.',
      ].join('\n\n'),
    );
  });

  it('gives a DOCX with its headings and tables, and the title of its properties', async () => {
    const cell = (text: string) => `<w:tc>${wordParagraph(text)}</w:tc>`;
    const { title, content } = await read(
      'rules.docx',
      docxOf(
        wordParagraph('Trains', 'Heading1') +
          wordParagraph('Within the country &amp; abroad.') +
          `<w:tbl><w:tr>${cell('a')}${cell('b')}</w:tr><w:tr>${cell('c')}${cell('d')}</w:tr></w:tbl>`,
        { title: 'Travel &amp; rules' },
      ),
    );
    expect(title).toBe('Travel & rules');
    expect(content).toBe('# Trains\n\nWithin the country & abroad.\n\n| a | b |\n| c | d |');
  });

  it('gives a page without the characters that cannot be stored', async () => {
    const { title, content } = await read('a.html', Buffer.from('<p>a&#0;b\u0007c\u0000d</p>'));
    expect([title, content]).toEqual(['a.html', 'a\ufffdbcd']);
  });

  it.each([
    ['scanned.pdf', pdfOf([[]]), 'has no text: scanned pages need OCR first'],
    ['cut.pdf', pdfOf([[{ text: 'x', y: 9 }]]).subarray(0, 200), /^is damaged/],
    ['noise.pdf', Buffer.concat([Buffer.from('%PDF-1.7'), Buffer.alloc(5000, 7)]), /^is damaged/],
    ['cut.docx', docxOf(wordParagraph('x')).subarray(0, 500), /^is damaged/],
    ['other.docx', zipOf([{ name: 'a.txt', bytes: 'x' }]), 'a zip, but not a DOCX'],
    ['empty.docx', docxOf(''), 'has no text'],
    ['empty.html', Buffer.from('<nav>Home</nav>'), 'has no text'],
  ])('is refused with its reason: %s', async (name, bytes, reason) => {
    expect(await reasonOf(name, bytes)).toMatch(reason);
  });

  it('is refused where its text is too long for a document', async () => {
    const long = 'word '.repeat(110_000);
    expect(await reasonOf('a.html', Buffer.from(`<p>${long}</p>`))).toBe('too long');
    expect(await reasonOf('a.txt', Buffer.from(long))).toBe('too long');
    const lines = Array.from({ length: 5600 }, (_, index) => ({ text: 'word '.repeat(20), y: index / 10 }));
    expect(await reasonOf('a.pdf', pdfOf([lines]))).toBe('too long');
  });

  describe('that would take the memory of the service', () => {
    const MIB = 1024 * 1024;
    const zeros = Buffer.alloc(600 * MIB, 0x20);

    it.each([
      ['as it says', undefined],
      ['whose headers lie', 1000],
    ])('is refused as a zip %s', async (_, declaredSize) => {
      const bomb = zipOf([
        { name: '[Content_Types].xml', bytes: '<Types/>' },
        {
          name: 'docProps/core.xml',
          bytes: zeros.subarray(0, 100 * MIB),
          ...(declaredSize && { declaredSize }),
        },
      ]);
      expect(await reasonOf('a.docx', bomb)).toMatch(/too large when they are unpacked|too many bytes/);
    });

    it('is refused as a stream of a PDF', async () => {
      const once = deflateSync(zeros);
      const bomb = pdfOfStreams([
        { bytes: once, filter: '/FlateDecode' },
        { bytes: deflateSync(once), filter: '[/FlateDecode /FlateDecode]' },
      ]);
      expect(await reasonOf('a.pdf', bomb)).toBe('needs too much memory to read');
      expect((await read('b.pdf', pdfOf([[{ text: 'Read after it', y: 90 }]]))).content).toBe(
        'Read after it',
      );
    });
  });
});
