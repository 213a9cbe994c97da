import { type FileHandle, mkdtemp, open, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What an address of a socket may have on every system: Linux takes 107 bytes, macOS 103. */
const MOST_BYTES = 100;

/** A way to a folder that is short enough for addresses of sockets below it. */
export interface ShortPath {
  path: string;
  close(): Promise<void>;
}

/**
 * The address of a socket file is its path, and 100 bytes are few. The file itself may lie as deep as it likes: it is bound
 * and reached by any path that leads to it. Not by the working directory: other work in this process resolves its paths there.
 * @param longest name of a file below it
 */
export async function shortPathTo(folder: string, longest: number): Promise<ShortPath> {
  if (Buffer.byteLength(folder) + 1 + longest <= MOST_BYTES) return { path: folder, close: async () => {} };
  return (await byDescriptor(folder)) ?? byLink(folder);
}

/** Linux: an open folder has a path of its own, and asks for no place on a disk. */
export async function byDescriptor(folder: string): Promise<ShortPath | undefined> {
  const handle: FileHandle = await open(folder, 'r');
  const path = `/proc/self/fd/${handle.fd}`;
  const [there, here] = await Promise.all([handle.stat(), stat(path).catch(() => undefined)]);
  if (here?.ino === there.ino && here.dev === there.dev) return { path, close: () => handle.close() };
  await handle.close();
  return undefined;
}

/** Elsewhere: a link, in a folder of a name that nobody knows before and that nobody else can enter. */
export async function byLink(folder: string): Promise<ShortPath> {
  const own = await mkdtemp(join(tmpdir(), 'bouncer-'));
  const path = join(own, 'd');
  await symlink(folder, path);
  return { path, close: () => rm(own, { recursive: true, force: true }) };
}
