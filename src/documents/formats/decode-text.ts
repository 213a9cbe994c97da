import { UnusableFile } from './unusable-file.js';

/** Within so many bytes a page of HTML names its encoding. */
const CHARSET_WITHIN = 4096;
const CHARSET =
  /<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})|<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{1,40})/i;

/** @throws UnusableFile */
export function decodeUtf8(bytes: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UnusableFile('not UTF-8 text');
  }
  if (text.includes('\0')) throw new UnusableFile('not text');
  return text;
}

/** Decodes a page of HTML: by its byte order mark, or as the page says, or as UTF-8, or else as Western European. */
export function decodeHtml(bytes: Uint8Array): string {
  const label = charsetOfMark(bytes) ?? charsetOfPage(bytes);
  if (label !== undefined) return new TextDecoder(label).decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function charsetOfMark(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
}

function charsetOfPage(bytes: Uint8Array): string | undefined {
  const found = CHARSET.exec(Buffer.from(bytes.subarray(0, CHARSET_WITHIN)).toString('latin1'));
  const label = found?.[1] ?? found?.[2];
  if (label === undefined) return undefined;
  // A page whose beginning can be read byte by byte is not in UTF-16, whatever it says.
  if (/^utf-?16/i.test(label)) return 'utf-8';
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}
