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
 * Identifies the running kernel, which containers share. Only under one kernel does a socket file show whether its
 * owner is alive. The host name is used when the system does not tell the boot id.
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
/** Another process may remove a draft, or the whole folder, while it is made. */
const TRIES = 20;

export const isTicket = (name: string) => TICKET.test(name);
export const isFromHere = (name: string) => name.startsWith(`${HERE}-`);
export const isDraft = (name: string) => name.endsWith(DRAFT);

/** Holds the answer of a ticket's owner. */
export interface Answer {
  holds: boolean;
  /** The process id and the host of the owner; empty when it did not answer. */
  who: string;
}

/** The assumed answer of an owner that does not answer in time or refuses access. */
const SILENT: Answer = { holds: true, who: '' };

/**
 * Represents a socket file with a name that is used once. A successful connection shows that its owner is alive,
 * across the network, process and mount namespaces of a machine. A file that refuses connections stays dead for ever,
 * and anybody may remove it.
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

  /** @param make creates the folder again when it was removed meanwhile */
  static async publish(folder: string, make: () => Promise<void>): Promise<LockTicket> {
    for (let tries = 1; ; tries++) {
      await make();
      const name = `${HERE}-${randomBytes(6).toString('hex')}`;
      const server = createServer();
      try {
        // The draft is renamed once it accepts connections, because a ticket that does not is considered dead.
        await listen(server, folder, name + DRAFT);
        const ticket = new LockTicket(folder, name, server);
        await rename(join(folder, name + DRAFT), join(folder, name));
        return ticket;
      } catch (error) {
        await close(server);
        // For a missing folder, `listen` reports EACCES.
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

/** Asks the owner of a ticket. @returns `undefined` when it has ended */
export async function ask(folder: string, name: string): Promise<Answer | undefined> {
  for (const deadline = Date.now() + ANSWER_MS; ; await sleep(RETRY_MS)) {
    const answer = await askOnce(folder, name);
    if (answer !== 'cut off') return answer;
    // An owner that accepts connections and does not answer is alive.
    if (Date.now() > deadline) return SILENT;
  }
}

/** @returns `cut off` when the owner ended during the answer */
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

/** Node has no socket files on Windows, so each is a named pipe beside an empty file with its name. */
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
      // Otherwise a worker's socket would belong to the process that runs the workers, and outlive it.
      server.listen({ path: endpointOf(way.path, folder, name), exclusive: true }, () => {
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
