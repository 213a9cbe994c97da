// Writes the types of the client, `src/client/openapi.ts`, from the OpenAPI document of the service as it is built.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { typesOf } from './openapi-types.mjs';

const root = new URL('..', import.meta.url);
const dataDir = mkdtempSync(join(tmpdir(), 'bouncer-types-'));
const service = spawn(process.execPath, ['dist/server/main.js'], {
  cwd: root,
  env: { PATH: process.env.PATH, PORT: '0', DATA_DIR: dataDir },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = new Promise((resolve) => service.once('exit', resolve));
const url = await new Promise((resolve, reject) => {
  let output = '';
  service.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
    const match = /Bouncer serves (http:\S+)\/mcp/.exec(output);
    if (match) resolve(match[1]);
  });
  void ended.then(() => reject(new Error('The service did not start')));
});
const document = await (await fetch(`${url}/docs/openapi.json`)).json();
service.kill('SIGTERM');
await ended;
rmSync(dataDir, { recursive: true });
writeFileSync(new URL('src/client/openapi.ts', root), await typesOf(document));
