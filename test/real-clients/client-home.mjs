// Where a client runs: a home of its own, the key in its environment, and no way out.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shellWord } from '../../dist/client-config/client-definition.js';

const LIMIT_MS = 60_000;

const PERSON = fileURLToPath(new URL('person.mjs', import.meta.url));
/** What clients start to open a browser, on Linux and on macOS. */
const BROWSERS = ['xdg-open', 'open'];

/** A client that wants to tell somebody about itself finds a proxy that is not there. */
const NOBODY = 'http://127.0.0.1:9';
const QUIET = {
  HTTP_PROXY: NOBODY,
  HTTPS_PROXY: NOBODY,
  NO_PROXY: '127.0.0.1,localhost',
  npm_config_offline: 'true',
  npm_config_update_notifier: 'false',
  DO_NOT_TRACK: '1',
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  DISABLE_AUTOUPDATER: '1',
  DISABLE_ERROR_REPORTING: '1',
  DISABLE_TELEMETRY: '1',
  GEMINI_TELEMETRY_ENABLED: 'false',
  LANGCHAIN_TRACING_V2: 'false',
  MCP_INSPECTOR_SECRET_STORE: 'memory',
  OPENAI_AGENTS_DISABLE_TRACING: '1',
};

export class ClientHome {
  /** Its home, where a client keeps its settings. */
  home = mkdtempSync(join(tmpdir(), 'bouncer-client-'));

  /** @param who `{ key }`, or `{ email }` of the person whose browser the client opens */
  constructor({ node, modules }, { key, email }) {
    this.node = node;
    this.modules = modules;
    this.env = {
      ...QUIET,
      PATH: [join(modules, '.bin'), dirname(node), process.env.PATH].join(delimiter),
      HOME: this.home,
      ...(key && { BOUNCER_API_KEY: key }),
    };
    if (email) this.#giveBrowser(email);
  }

  /** The addresses that the client has opened. */
  get opened() {
    const file = join(this.home, 'opened');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  }

  #giveBrowser(email) {
    const script = `#!/bin/sh\nexec ${shellWord(this.node)} ${shellWord(PERSON)} "$1"\n`;
    for (const name of BROWSERS) chmodSync(this.write(`browser/${name}`, script), 0o755);
    const folder = join(this.home, 'browser');
    Object.assign(this.env, {
      PATH: folder + delimiter + this.env.PATH,
      BROWSER: join(folder, BROWSERS[0]),
      PERSON_EMAIL: email,
      PERSON_OPENED: join(this.home, 'opened'),
    });
  }

  /** Writes a file below its home. @returns its path */
  write(path, text) {
    const at = join(this.home, path);
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, text);
    return at;
  }

  /** Runs a command of the settings as somebody would who pastes it. @returns all that it prints, whether or not it succeeds */
  paste(command, more = {}) {
    return this.run('sh', ['-c', command], more);
  }

  /** Runs a command in a terminal (by `script` of util-linux), and answers yes where it asks. */
  async typed(command, more = {}) {
    const output = await this.run('script', ['-qec', command, '/dev/null'], { ...more, stdin: 'pipe' });
    return output.replaceAll('\r\n', '\n');
  }

  async run(command, args, { env = {}, cwd = this.home, stdin = 'ignore', opens } = {}) {
    const child = spawn(command, args, {
      cwd,
      env: { ...this.env, ...env },
      stdio: [stdin, 'pipe', 'pipe'],
      timeout: LIMIT_MS,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
        const [, address] = opens?.exec(text) ?? [];
        if (address) spawn('xdg-open', [address], { env: this.env, stdio: 'ignore' });
        if (text.includes('[Y/n]')) child.stdin?.write('Y\r');
      });
    await once(child, 'close');
    return output;
  }

  clear() {
    rmSync(this.home, { recursive: true, force: true });
  }
}
