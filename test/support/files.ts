import { crc32, deflateRawSync, deflateSync } from 'node:zlib';

/** A part of a zip. `declaredSize` is what its headers say, where they lie. */
export interface ZipPart {
  name: string;
  bytes: Buffer | string;
  declaredSize?: number;
}

/** Writes a zip, of which the headers say what the parts tell them to say. */
export function zipOf(parts: readonly ZipPart[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes, declaredSize } of parts) {
    const data = Buffer.from(bytes as string);
    const packed = deflateRawSync(data, { level: 9 });
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(declaredSize ?? data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, Buffer.from(name), packed]);
    const central = Buffer.alloc(14);
    central.writeUInt32LE(offset, 10);
    directory.push(
      Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\0'), common, central, Buffer.from(name)]),
    );
    files.push(local);
    offset += local.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006');
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, list, end]);
}

const TYPES = `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`;
const RELATIONS = `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`;
const STYLES = `<?xml version="1.0" encoding="UTF-8"?><w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">${[1, 2, 3].map((level) => `<w:style w:type="paragraph" w:styleId="Heading${level}"><w:name w:val="heading ${level}"/></w:style>`).join('')}</w:styles>`;

/** A document of Word. @param body the XML of its paragraphs */
export const docxOf = (body: string, { title = '', extra = [] as readonly ZipPart[] } = {}): Buffer =>
  zipOf([
    { name: '[Content_Types].xml', bytes: TYPES },
    { name: '_rels/.rels', bytes: RELATIONS },
    {
      name: 'docProps/core.xml',
      bytes: `<cp:coreProperties xmlns:cp="c" xmlns:dc="d"><dc:title>${title}</dc:title></cp:coreProperties>`,
    },
    { name: 'word/styles.xml', bytes: STYLES },
    {
      name: 'word/document.xml',
      bytes: `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
    },
    ...extra,
  ]);

/** A paragraph of Word. */
export const wordParagraph = (text: string, style?: string): string =>
  `<w:p>${style ? `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>` : ''}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;

/** A line of a page. */
export interface PdfLine {
  text: string;
  /** In points, from the upper edge. */
  y: number;
  x?: number;
  size?: number;
  font?: 'Helvetica' | 'Helvetica-Bold' | 'Courier';
}

const FONTS = ['Helvetica', 'Helvetica-Bold', 'Courier'] as const;

/** A PDF. @param pages the lines of each page; without lines it has a picture at most */
export function pdfOf(pages: readonly (readonly PdfLine[])[], { title = '' } = {}): Buffer {
  const streams = pages.map((lines) =>
    Buffer.from(
      lines
        .map(({ text, y, x = 72, size = 11, font = 'Helvetica' }) => {
          const escaped = text.replaceAll(/[\\()]/g, String.raw`\$&`);
          return `BT /F${FONTS.indexOf(font)} ${size} Tf ${x} ${842 - y} Td (${escaped}) Tj ET`;
        })
        .join('\n'),
      'latin1',
    ),
  );
  return pdfOfStreams(
    streams.map((bytes) => ({ bytes: deflateSync(bytes), filter: '/FlateDecode' })),
    title,
  );
}

/** A PDF with a page for each content stream, packed as its filter says. */
export function pdfOfStreams(streams: readonly { bytes: Buffer; filter: string }[], title = ''): Buffer {
  const fonts = FONTS.map(
    (name, index) =>
      `/F${index} << /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`,
  );
  const kids = streams.map((_, index) => `${4 + index * 2} 0 R`);
  const objects: Buffer[] = [
    Buffer.from('<< /Type /Catalog /Pages 2 0 R >>'),
    Buffer.from(`<< /Type /Pages /Count ${kids.length} /Kids [${kids.join(' ')}] >>`),
    Buffer.from(`<< /Title (${title}) >>`),
    ...streams.flatMap(({ bytes, filter }, index) => [
      Buffer.from(
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${5 + index * 2} 0 R /Resources << /Font << ${fonts.join(' ')} >> >> >>`,
      ),
      Buffer.concat([
        Buffer.from(`<< /Length ${bytes.length} /Filter ${filter} >>\nstream\n`),
        bytes,
        Buffer.from('\nendstream'),
      ]),
    ]),
  ];
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  const offsets: number[] = [];
  let length = parts[0]!.length;
  for (const [index, object] of objects.entries()) {
    offsets.push(length);
    const part = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')]);
    parts.push(part);
    length += part.length;
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  parts.push(
    Buffer.from(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info 3 0 R >>\nstartxref\n${length}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}
