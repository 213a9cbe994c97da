import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rename, unlink, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { sleep } from '../timeouts.js';
import { shortPathTo } from './short-path.js';

const digits = (text: string, length: number) =>
  createHash('sha256').update(text).digest('hex').slice(0, length);

/**
 * What all containers of a running kernel share: only among those does a socket file say whether its owner lives. Where the
 * system does not tell, the name of the host.
 */
function kernelId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return hostname();
  }
}

const HERE = digits(kernelId(), 8);
const DRAFT = '.new';
const TICKET = /^[0-9a-f]{8}-[0-9a-f]{12}(\.new)?$/;
const LONGEST = 8 + 1 + 12 + DRAFT.length;
const ANSWER_MS = 2_000;
const RETRY_MS = 5;
/** Somebody else removed a draft, or the whole folder, in the moment in which it was made. */
const TRIES = 20;

export const isTicket = (name: string) => TICKET.test(name);
export const isFromHere = (name: string) => name.startsWith(`${HERE}-`);
export const isDraft = (name: string) => name.endsWith(DRAFT);

/** What the owner of a ticket says. */
export interface Answer {
  holds: boolean;
  /** Number of its process, and host; empty where it did not say. */
  who: string;
}

/** Of an owner that is too busy to answer, or that does not let us in. */
const SILENT: Answer = { holds: true, who: '' };

/**
 * A socket file of a name that is used once. Whoever can connect to it knows that its owner lives, across network, process and mount
 * namespaces of a machine; a file to which nobody can connect is a dead one's, for ever, and may be removed by anybody.
 */
export class LockTicket {
  holds = false;

  private constructor(
    private readonly folder: string,
    readonly name: string,
    private readonly server: Server,
  ) {
    server.on('connection', (socket) => this.answer(socket));
  }

  /** @param folder is made anew by `make` where it went meanwhile */
  static async publish(folder: string, make: () => Promise<void>): Promise<LockTicket> {
    for (let tries = 1; ; tries++) {
      await make();
      const name = `${HERE}-${randomBytes(6).toString('hex')}`;
      const server = createServer();
      try {
        // It gets its name when it can be reached: one that cannot be is taken for a dead one's.
        await listen(server, folder, name + DRAFT);
        const ticket = new LockTicket(folder, name, server);
        await rename(join(folder, name + DRAFT), join(folder, name));
        return ticket;
      } catch (error) {
        await close(server);
        // Of a folder that is gone, `listen` says EACCES.
        const { code = '' } = error as NodeJS.ErrnoException;
        if ((code === 'ENOENT' || code === 'EACCES') && tries < TRIES) continue;
        throw new Error(`${folder} cannot hold a lock: ${String(error)}`, { cause: error });
      }
    }
  }

  async withdraw(): Promise<void> {
    if (!this.server.listening) return;
    await unlink(join(this.folder, this.name)).catch(() => undefined);
    await close(this.server);
  }

  private answer(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    const answer = `${this.holds ? 'holds' : 'asks'} ${process.pid} ${hostname()}\n`;
    socket.unref().end(answer, () => socket.destroy());
  }
}

/** Asks the owner of a ticket. @returns nothing of a dead one */
export async function ask(folder: string, name: string): Promise<Answer | undefined> {
  for (const deadline = Date.now() + ANSWER_MS; ; await sleep(RETRY_MS)) {
    const answer = await askOnce(folder, name);
    if (answer !== 'cut off') return answer;
    // One that we can reach and that does not answer is no dead one.
    if (Date.now() > deadline) return SILENT;
  }
}

/** @returns `cut off` where the owner was reached and has then gone, or is about to */
async function askOnce(folder: string, name: string): Promise<Answer | 'cut off' | undefined> {
  const way = await shortPathTo(folder, LONGEST);
  try {
    return await new Promise((resolve) => {
      let text = '';
      const socket = connect(endpointOf(way.path, folder, name));
      const settle = (answer: Answer | 'cut off' | undefined) => {
        socket.destroy();
        resolve(answer);
      };
      socket.setTimeout(ANSWER_MS, () => settle(SILENT));
      socket.setEncoding('utf8').on('data', (more: string) => (text += more));
      socket.on('end', () => settle(answerOf(text) ?? 'cut off'));
      socket.on('error', ({ code = '' }: NodeJS.ErrnoException) => {
        if (code === 'ECONNREFUSED' || code === 'ENOENT') settle(undefined);
        else settle(code === 'ECONNRESET' || code === 'EPIPE' ? (answerOf(text) ?? 'cut off') : SILENT);
      });
    });
  } finally {
    await way.close();
  }
}

function answerOf(text: string): Answer | undefined {
  const [, state, pid, host] = /^(holds|asks) (\d+) (.+)\n$/.exec(text) ?? [];
  return pid === undefined ? undefined : { holds: state === 'holds', who: `process ${pid} on ${host}` };
}

/** Windows has no socket files for Node: there a pipe is named after a file that stands in its place. */
const endpointOf = (way: string, folder: string, name: string): string =>
  process.platform === 'win32'
    ? `\\\\.\\pipe\\bouncer-${digits(folder, 16)}-${name.replace(DRAFT, '')}`
    : join(way, name);

async function listen(server: Server, folder: string, name: string): Promise<void> {
  const way = await shortPathTo(folder, LONGEST);
  try {
    if (process.platform === 'win32') await writeFile(join(folder, name), '');
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(endpointOf(way.path, folder, name), () => {
        server.off('error', reject);
        resolve();
      });
    });
    server.unref();
  } finally {
    await way.close();
  }
}

const close = (server: Server) => new Promise<void>((resolve) => void server.close(() => resolve()));
