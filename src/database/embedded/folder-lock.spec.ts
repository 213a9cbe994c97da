import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endpointOf, FolderInUseError, FolderLock } from './folder-lock.js';

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

  /** Another process that holds the lock until it is killed. */
  async function otherHolder(): Promise<ChildProcess> {
    const script = `require('net').createServer().listen(process.env.ENDPOINT.replace('@', '\\0'), () => console.log('held'))`;
    const endpoint = (await endpointOf(path)).replace('\0', '@');
    const child = spawn(process.execPath, ['-e', script], {
      env: { ENDPOINT: endpoint },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    await once(child.stdout, 'data');
    await writeFile(path, `${child.pid}\n`);
    return child;
  }

  it('names its holder while it is held, for its owner only, and leaves nothing behind', async () => {
    expect(await FolderLock.isHeld(path)).toBe(false);
    const lock = await FolderLock.take(path);
    expect(await FolderLock.isHeld(path)).toBe(true);
    expect(await readFile(path, 'utf8')).toBe(`${process.pid}\n`);
    expect((await stat(path)).mode & 0o077).toBe(0);
    await lock.release();
    expect(existsSync(path)).toBe(false);
    expect(await FolderLock.isHeld(path)).toBe(false);
  });

  it('of a folder that is not there is held by nobody', async () => {
    expect(await FolderLock.isHeld(join(folder, 'not-made-yet', 'lock'))).toBe(false);
  });

  it('can be taken again once released, and released twice', async () => {
    const first = await FolderLock.take(path);
    await first.release();
    await first.release();
    const second = await FolderLock.take(path);
    await first.release();
    expect(await FolderLock.isHeld(path)).toBe(true);
    await second.release();
  });

  it('is refused while another process holds it, by its name, and by any other way to the folder', async () => {
    const { pid } = await otherHolder();
    const taken = FolderLock.take(path);
    await expect(taken).rejects.toThrow(FolderInUseError);
    await expect(taken).rejects.toThrow(`in use by process ${pid}`);
    await symlink(folder, `${folder}-link`);
    await expect(FolderLock.take(join(`${folder}-link`, 'lock'))).rejects.toThrow(FolderInUseError);
    await rm(`${folder}-link`);
  });

  it('is free once its holder was killed, whatever the file says', async () => {
    const child = await otherHolder();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await FolderLock.isHeld(path)).toBe(false);
    const lock = await FolderLock.take(path);
    expect(await readFile(path, 'utf8')).toBe(`${process.pid}\n`);
    await lock.release();
  });

  it('has one holder however many ask at the same time', async () => {
    for (let round = 0; round < 20; round++) {
      await writeFile(path, 'left behind');
      const asked = await Promise.allSettled(Array.from({ length: 20 }, () => FolderLock.take(path)));
      const taken = asked.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      expect(taken).toHaveLength(1);
      await taken[0]!.release();
    }
  });

  it('says what is wrong with a folder that does not exist', async () => {
    await expect(FolderLock.take(join(folder, 'missing', 'lock'))).rejects.toThrow('ENOENT');
  });
});
