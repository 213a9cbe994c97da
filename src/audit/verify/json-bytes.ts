const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const FIRST_PRINTABLE = 0x20;
const HEX = Buffer.from('0123456789abcdef');
/** A UUID has a hyphen before its bytes 4, 6, 8 and 10. */
const isDashed = (byte: number): boolean => byte >= 4 && byte <= 10 && byte % 2 === 0;
/** The length of the longest escape, `\u0000`. */
const LONGEST = 6;

const escapeOf = (byte: number): Buffer =>
  Buffer.from(JSON.stringify(String.fromCharCode(byte)).slice(1, -1));
const ESCAPES = Array.from({ length: FIRST_PRINTABLE }, (_, byte) => escapeOf(byte));
ESCAPES[QUOTE] = escapeOf(QUOTE);
ESCAPES[BACKSLASH] = escapeOf(BACKSLASH);

/**
 * Writes a JSON text as PostgreSQL does, into a buffer that is reused for every row. To build strings of all values would take
 * twice as long as reading the row.
 */
export class JsonBytes {
  private bytes = Buffer.alloc(4_096);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  /** A view of the bytes, valid until the next write. */
  get view(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  byte(byte: number): void {
    this.reserve(1);
    this.bytes[this.length++] = byte;
  }

  /** Writes a text that has only ASCII characters. */
  ascii(text: string): void {
    this.reserve(text.length);
    for (let at = 0; at < text.length; at++) this.bytes[this.length++] = text.charCodeAt(at);
  }

  copy(data: Buffer, start: number, end: number): void {
    this.reserve(end - start);
    this.length += data.copy(this.bytes, this.length, start, end);
  }

  /** Writes UTF-8 bytes as a quoted text. Only ASCII characters are escaped. */
  quoted(data: Buffer, start: number, end: number): void {
    this.reserve(LONGEST * (end - start) + 2);
    const { bytes } = this;
    let to = this.length;
    bytes[to++] = QUOTE;
    for (let at = start; at < end; at++) {
      const byte = data[at]!;
      if (byte >= FIRST_PRINTABLE && byte !== QUOTE && byte !== BACKSLASH) bytes[to++] = byte;
      else to += ESCAPES[byte]!.copy(bytes, to);
    }
    bytes[to++] = QUOTE;
    this.length = to;
  }

  /** Writes bytes as quoted hexadecimal digits, with the hyphens of a UUID where it is one. */
  hex(data: Buffer, start: number, end: number, isUuid: boolean): void {
    this.reserve(3 * (end - start) + 2);
    const { bytes } = this;
    let to = this.length;
    bytes[to++] = QUOTE;
    for (let at = start; at < end; at++) {
      const byte = data[at]!;
      if (isUuid && isDashed(at - start)) bytes[to++] = 0x2d;
      bytes[to++] = HEX[byte >> 4]!;
      bytes[to++] = HEX[byte & 15]!;
    }
    bytes[to++] = QUOTE;
    this.length = to;
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const larger = Buffer.alloc(2 * (this.length + more));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}
