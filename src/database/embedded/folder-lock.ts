import { createHash } from 'node:crypto';
import { readFile, realpath, unlink, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** Thrown when another live process holds the folder. */
export class FolderInUseError extends Error {
  override name = 'FolderInUseError';
}

/**
 * Held by listening on an endpoint named after the folder: the system gives a name to one listener only and takes it
 * back when the process ends, however it ends. The file beside it only tells people which process that is.
 */
export class FolderLock {
  private constructor(
    private readonly path: string,
    private readonly server: Server,
  ) {}

  /** @param path of the file; its folder is what is locked @throws FolderInUseError */
  static async take(path: string): Promise<FolderLock> {
    const endpoint = await endpointOf(path);
    const server =
      (await listen(endpoint)) ?? ((await isServed(endpoint)) ? undefined : await listenAnew(endpoint));
    if (!server) throw new FolderInUseError(await inUse(path));
    await writeFile(path, `${process.pid}\n`, { mode: 0o600 });
    return new FolderLock(path, server);
  }

  /** Whether a live process holds the lock; nobody holds that of a folder which is not there. */
  static async isHeld(path: string): Promise<boolean> {
    const endpoint = await endpointOf(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    return endpoint !== undefined && isServed(endpoint);
  }

  async release(): Promise<void> {
    if (!this.server.listening) return;
    await unlink(this.path).catch(() => undefined);
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Linux: an abstract socket; Windows: a pipe; elsewhere a socket file, which may be left behind by a killed process. */
export async function endpointOf(path: string): Promise<string> {
  const folder = await realpath(dirname(path));
  const name = `bouncer-${createHash('sha256')
    .update(join(folder, basename(path)))
    .digest('hex')
    .slice(0, 32)}`;
  if (process.platform === 'linux') return `\0${name}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), name);
}

function listen(endpoint: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(endpoint, () => resolve(server.unref()));
  });
}

async function listenAnew(endpoint: string): Promise<Server | undefined> {
  await unlink(endpoint).catch(() => undefined);
  return listen(endpoint);
}

function isServed(endpoint: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(endpoint);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
  });
}

async function inUse(path: string): Promise<string> {
  const pid = (await readFile(path, 'utf8').catch(() => '')).trim();
  const holder = /^\d+$/.test(pid) ? `process ${pid}` : 'another process';
  return `The data folder is in use by ${holder} (${path}). Stop it, or set another DATA_DIR, or DATABASE_URL.`;
}
