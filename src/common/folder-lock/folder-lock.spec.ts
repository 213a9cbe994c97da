import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FolderInUseError, FolderLock } from './folder-lock.js';
import { byDescriptor, byLink } from './short-path.js';

const COMPILED = pathToFileURL(resolve(__dirname, '../../../dist/common/folder-lock/folder-lock.js')).href;
const namespaces = spawnSync('unshare', ['-n', 'true'], { encoding: 'utf8' });
if (namespaces.status !== 0)
  console.warn(
    `A spec of namespaces is skipped: unshare -n: ${namespaces.stderr ?? String(namespaces.error)}`,
  );
const describeNamespaces = namespaces.status === 0 ? describe : describe.skip;
const describeAsRoot = process.getuid?.() === 0 ? describe : describe.skip;

describe('FolderLock', () => {
  let folder: string;
  let path: string;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'folder-lock-'));
    path = join(folder, 'lock');
  });

  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await rm(folder, { recursive: true });
  });

  /** Another process that takes the lock, says what came of it, and holds it until it is killed. */
  async function other(through: string[] = []): Promise<{ child: ChildProcess; says: string }> {
    const script = `
      const { FolderLock } = await import(${JSON.stringify(COMPILED)});
      setInterval(() => {}, 1_000);
      await FolderLock.take(${JSON.stringify(path)}).then(() => console.log('held'), (error) => console.log(error.message));`;
    const [command, ...args] = [...through, process.execPath, '--input-type=module', '-e', script];
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const [says] = (await once(child.stdout, 'data')) as [Buffer];
    return { child, says: String(says).trim() };
  }

  it('is kept in a folder that only its owner can read, and is removed without a trace', async () => {
    expect(await FolderLock.isHeld(path)).toBe(false);
    const lock = await FolderLock.take(path);
    expect(await FolderLock.isHeld(path)).toBe(true);
    expect((await stat(path)).mode & 0o077).toBe(0);
    await lock.release();
    expect(existsSync(path)).toBe(false);
    expect(await FolderLock.isHeld(path)).toBe(false);
  });

  it('of a missing folder is held by nobody', async () => {
    expect(await FolderLock.isHeld(join(folder, 'not-made-yet', 'lock'))).toBe(false);
  });

  it('can be taken again after its release, and released twice', async () => {
    const first = await FolderLock.take(path);
    await first.release();
    await first.release();
    const second = await FolderLock.take(path);
    await first.release();
    expect(await FolderLock.isHeld(path)).toBe(true);
    await second.release();
  });

  it('is refused while another process holds it, by any path to the folder, and the error names that process', async () => {
    const { pid } = (await other()).child;
    const taken = FolderLock.take(path);
    await expect(taken).rejects.toThrow(FolderInUseError);
    await expect(taken).rejects.toThrow(`in use by process ${pid}`);
    await symlink(folder, `${folder}-link`);
    await expect(FolderLock.take(join(`${folder}-link`, 'lock'))).rejects.toThrow(FolderInUseError);
    await rm(`${folder}-link`);
  });

  describeNamespaces('in other namespaces', () => {
    it('is refused in the same way to a process with another network, process and mount namespace', async () => {
      const lock = await FolderLock.take(path);
      for (const flags of [['-n'], ['-p'], ['-m'], ['-n', '-p', '-m', '-u', '-i']])
        expect((await other(['unshare', '--kill-child', ...flags])).says).toContain(
          `in use by process ${process.pid}`,
        );
      await lock.release();
      expect((await other(['unshare', '--kill-child', '-n', '-p'])).says).toBe('held');
      await expect(FolderLock.take(path)).rejects.toThrow(FolderInUseError);
      expect(await FolderLock.isHeld(path)).toBe(true);
    });
  });

  it('is free after its holder was killed, whatever files are left', async () => {
    const { child } = await other();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await readdir(path)).toHaveLength(1);
    expect(await FolderLock.isHeld(path)).toBe(false);
    const lock = await FolderLock.take(path);
    expect(await readdir(path)).toHaveLength(1);
    await lock.release();
    expect(existsSync(path)).toBe(false);
  });

  it('is refused while its holder is alive but does not answer', async () => {
    const { child } = await other();
    child.kill('SIGSTOP');
    await expect(FolderLock.take(path)).rejects.toThrow('in use by another process');
  });

  it('is free when an earlier version left its file', async () => {
    await writeFile(path, '1\n');
    expect(await FolderLock.isHeld(path)).toBe(false);
    await (await FolderLock.take(path)).release();
  });

  it('has one holder, however many processes take it at the same time', async () => {
    for (let round = 0; round < 10; round++) {
      const asked = await Promise.allSettled(Array.from({ length: 20 }, () => FolderLock.take(path)));
      const taken = asked.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      expect(taken).toHaveLength(1);
      await taken[0]!.release();
    }
  });

  it('is never held by two while many take and release it', async () => {
    let holders = 0;
    let taken = 0;
    const contender = async () => {
      while (taken < 60) {
        const lock = await FolderLock.take(path).catch((error: unknown) => {
          if (!(error instanceof FolderInUseError)) throw error;
        });
        if (!lock) continue;
        expect(++holders).toBe(1);
        taken++;
        await stat(path);
        holders--;
        await lock.release();
      }
    };
    await Promise.all(Array.from({ length: 6 }, contender));
    expect(existsSync(path)).toBe(false);
  });

  it('is held in a folder whose path is longer than the address of a socket may be', async () => {
    const deep = join(folder, 'd'.repeat(120), 'e'.repeat(120));
    await mkdir(deep, { recursive: true });
    path = join(deep, 'lock');
    const lock = await FolderLock.take(path);
    expect(await readdir(path)).toHaveLength(1);
    expect((await other()).says).toContain(`in use by process ${process.pid}`);
    await lock.release();
    expect(existsSync(path)).toBe(false);
  });

  it('has a short path to any folder, by a descriptor if the system supports it, or by a link', async () => {
    await writeFile(join(folder, 'file'), '');
    const byNumber = await byDescriptor(folder);
    expect(byNumber !== undefined).toBe(process.platform === 'linux');
    const ways = [await byLink(folder), byNumber].filter((way) => way !== undefined);
    for (const way of ways) {
      expect(await readdir(way.path)).toEqual(['file']);
      expect(way.path.length).toBeLessThan(80);
      await way.close();
      await expect(readdir(way.path)).rejects.toThrow('ENOENT');
    }
  });

  it('reports when another machine, or an earlier boot of this one, has not released it', async () => {
    await mkdir(path, { mode: 0o700 });
    await writeFile(join(path, '00000000-000000000000'), '');
    const lock = await FolderLock.take(path);
    expect(lock.isLeftElsewhere).toBe(true);
    await lock.release();
    const again = await FolderLock.take(path);
    expect(again.isLeftElsewhere).toBe(true);
    await again.forgetElsewhere();
    await again.release();
    expect(existsSync(path)).toBe(false);
  });

  describeAsRoot('of another account', () => {
    it('cannot be taken in a folder that another account created, and the error says what to remove', async () => {
      await mkdir(path, { mode: 0o700 });
      await chown(path, 65_534, 65_534);
      await expect(FolderLock.take(path)).rejects.toThrow(`${path} does not belong to this service alone`);
    });
  });

  it('cannot be taken in a folder that others may write to, or through a link', async () => {
    await mkdir(path);
    await chmod(path, 0o777);
    await expect(FolderLock.take(path)).rejects.toThrow(`${path} does not belong to this service alone`);
    await rm(path, { recursive: true });
    await symlink(tmpdir(), path);
    await expect(FolderLock.take(path)).rejects.toThrow(`${path} does not belong to this service alone`);
  });

  it('cannot be taken in a folder that does not exist, and the error says so', async () => {
    await expect(FolderLock.take(join(folder, 'missing', 'lock'))).rejects.toThrow('ENOENT');
  });
});
