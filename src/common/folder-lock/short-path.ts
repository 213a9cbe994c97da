import { type FileHandle, mkdtemp, open, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The longest socket address that works on every system: Linux allows 107 bytes, macOS 103. */
const MAX_BYTES = 100;

/** Holds a path to a folder that is short enough for the addresses of sockets in it. */
export interface ShortPath {
  path: string;
  close(): Promise<void>;
}

/**
 * Makes a short path to a folder. The address of a socket file is its path, which may have 100 bytes, but the file
 * can be bound and reached through any path that leads to it. The working directory cannot serve, because the whole
 * process resolves paths against it.
 * @param longest the length of the longest file name in the folder
 */
export async function shortPathTo(folder: string, longest: number): Promise<ShortPath> {
  if (Buffer.byteLength(folder) + 1 + longest <= MAX_BYTES) return { path: folder, close: async () => {} };
  return (await byDescriptor(folder)) ?? byLink(folder);
}

/** Uses the path of an open folder below /proc, which Linux has and which needs no file. */
export async function byDescriptor(folder: string): Promise<ShortPath | undefined> {
  const handle: FileHandle = await open(folder, 'r');
  const path = `/proc/self/fd/${handle.fd}`;
  const [there, here] = await Promise.all([handle.stat(), stat(path).catch(() => undefined)]);
  if (here?.ino === there.ino && here.dev === there.dev) return { path, close: () => handle.close() };
  await handle.close();
  return undefined;
}

/** Uses a symbolic link in a new private folder with a random name, for systems without /proc. */
export async function byLink(folder: string): Promise<ShortPath> {
  const own = await mkdtemp(join(tmpdir(), 'bouncer-'));
  const path = join(own, 'd');
  await symlink(folder, path);
  return { path, close: () => rm(own, { recursive: true, force: true }) };
}
