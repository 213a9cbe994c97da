import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Starts the service in a process of its own, on an embedded database in a temporary folder.
 * @param script the script to run, relative to the root of the project
 * @returns {Promise<{ url: string, output: () => string, env: object, stop(): Promise<void> }>}
 */
export async function startServiceProcess(script, key, more = {}) {
  const data = mkdtempSync(join(tmpdir(), 'bouncer-service-'));
  const child = spawn(process.execPath, [script], {
    cwd: root,
    env: { ...process.env, PORT: '0', DATA_DIR: data, BOOTSTRAP_ADMIN_KEY: key, ...more },
  });
  let output = '';
  const served = await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
        const [, address] = /Bouncer serves (\S+)\/mcp/.exec(output) ?? [];
        if (address) resolve(address);
      });
    child.once('exit', () => reject(new Error(output)));
  });
  const ended = once(child, 'exit');
  return {
    url: served,
    /** What commands of `bouncer` need to find its database. */
    env: { ...more, DATA_DIR: data },
    /** What the service has printed so far. */
    output: () => output,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}
