// Where a client runs: a home of its own, the key in its environment, and no way out.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const LIMIT_MS = 60_000;

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

  constructor({ node, modules }, key) {
    this.node = node;
    this.modules = modules;
    this.env = {
      ...QUIET,
      PATH: [join(modules, '.bin'), dirname(node), process.env.PATH].join(delimiter),
      HOME: this.home,
      BOUNCER_API_KEY: key,
    };
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

  async run(command, args, { env = {}, cwd = this.home } = {}) {
    const child = spawn(command, args, {
      cwd,
      env: { ...this.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LIMIT_MS,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    await once(child, 'close');
    return output;
  }

  clear() {
    rmSync(this.home, { recursive: true, force: true });
  }
}
