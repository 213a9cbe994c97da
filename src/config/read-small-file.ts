import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

export type SmallFile = { ok: true; bytes: Buffer } | { ok: false; message: string };

/**
 * Reads a file that a setting names. What is no file, such as a pipe or a device, is refused: its end might never come, and
 * the start would wait for it in silence. No more is read than may be there.
 * @returns the content, or what is wrong with the file, without its path
 */
export function readSmallFile(path: string, maxBytes: number): SmallFile {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    return unreadable(error);
  }
  try {
    const stats = fstatSync(file);
    if (!stats.isFile() && !stats.isDirectory()) return { ok: false, message: 'is no regular file' };
    const bytes = readFrom(file, maxBytes + 1);
    return bytes.length > maxBytes
      ? { ok: false, message: `has more than ${maxBytes} bytes` }
      : { ok: true, bytes };
  } catch (error) {
    return unreadable(error);
  } finally {
    closeSync(file);
  }
}

function readFrom(file: number, maxBytes: number): Buffer {
  const bytes = Buffer.alloc(maxBytes);
  let length = 0;
  while (length < maxBytes) {
    const read = readSync(file, bytes, length, maxBytes - length, null);
    if (read === 0) break;
    length += read;
  }
  return bytes.subarray(0, length);
}

const unreadable = (error: unknown): SmallFile => ({
  ok: false,
  message: `cannot be read (${(error as NodeJS.ErrnoException).code})`,
});
