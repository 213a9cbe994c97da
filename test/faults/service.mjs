// The service as a process, and callers at a steady rate.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { resolve } from 'node:path';

const MAIN = resolve(
  import.meta.dirname ?? new URL('.', import.meta.url).pathname,
  '../../dist/server/main.js',
);

export const pause = (ms) => new Promise((wake) => setTimeout(wake, ms));

/** Asks until the answer is right. */
export async function eventually(ask, isRight, seconds = 60) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (isRight(answer)) return answer;
    if (Date.now() > deadline)
      throw new Error(`waited ${seconds} s in vain; last: ${JSON.stringify(answer)}`);
    await pause(100);
  }
}

export class Service {
  output = '';

  static async start(server, dataDir, key, env = {}, main = MAIN) {
    const service = new Service();
    service.child = spawn(process.execPath, [main], {
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        SECRETS_KEY: 'a-key-that-only-specs-and-tests-use',
        PORT: '0',
        DATABASE_URL: server.urls.url,
        MIGRATION_DATABASE_URL: server.urls.ownerUrl,
        DATA_DIR: dataDir,
        BOOTSTRAP_ADMIN_KEY: key,
        RATE_LIMIT_DEVELOPMENT: '10000000',
        // Calls go on through an outage, because the faults are about their rows.
        COHERENCE_LEASE_MS: '60000',
        ...env,
      },
    });
    service.ended = once(service.child, 'close');
    for (const stream of [service.child.stdout, service.child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (service.output += text));
    }
    service.url = await service.prints(/Bouncer serves (https?:\S+)\/mcp/);
    return service;
  }

  async prints(pattern) {
    const match = await eventually(
      async () => {
        if (this.child.exitCode !== null) throw new Error(`the service has ended:\n${this.output}`);
        return pattern.exec(this.output);
      },
      (found) => found !== null,
    );
    return match[1] ?? match[0];
  }

  async end(signal) {
    this.child.kill(signal);
    const [code] = await this.ended;
    return code;
  }

  async audit() {
    const response = await fetch(`${this.url}/health/ready`);
    return (await response.json()).checks.audit;
  }
}

/** Callers that come whether or not the ones before were answered. */
export class Load {
  agent = new Agent({ keepAlive: true, maxSockets: 64 });
  /** Request ids of the calls that were answered as calls: these must have rows. */
  answered = [];
  /** Other answers, by what they said. */
  refused = new Map();
  cut = 0;
  sent = 0;

  constructor(url, key) {
    this.url = url;
    this.key = key;
  }

  /** Starts calling; {@link stop} ends it. */
  start(perSecond, tools = ['whoami']) {
    const each = 10;
    this.open = [];
    this.started = Date.now();
    this.timer = setInterval(() => {
      const due = ((Date.now() - this.started) / 1000) * perSecond;
      while (this.sent < due) this.open.push(this.call(tools[this.sent++ % tools.length]));
    }, each);
  }

  async stop() {
    clearInterval(this.timer);
    await Promise.all(this.open);
    this.agent.destroy();
  }

  call(name) {
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name, arguments: { id: '01900000-0000-7000-8000-000000000000' } },
    });
    const headers = { authorization: `Bearer ${this.key}`, 'content-type': 'application/json' };
    return new Promise((done) => {
      const call = request(`${this.url}/mcp`, { method: 'POST', headers, agent: this.agent }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => (text += part));
        response.on('error', () => done(this.cut++));
        response.on('end', () => done(this.note(response, text)));
      });
      call.on('error', () => done(this.cut++));
      call.end(body);
    });
  }

  note(response, text) {
    const id = response.headers['x-request-id'];
    if (response.statusCode === 200 || response.statusCode === 403) {
      this.answered.push(id);
    } else {
      const code = codeOf(text) ?? response.statusCode;
      this.refused.set(code, (this.refused.get(code) ?? 0) + 1);
    }
  }
}

/** @returns nothing for the page of a proxy */
function codeOf(text) {
  return text.startsWith('{') ? JSON.parse(text).error?.data?.code : undefined;
}

/** What the table says of the calls that were answered. */
export async function account(server, load) {
  const rows = await server.query(
    'SELECT id, request_id, node_id, node_seq::float8 AS seq FROM audit_events',
  );
  const recorded = new Set(rows.map(({ request_id: id }) => id));
  const nodes = new Map();
  for (const { node_id: node, seq } of rows) (nodes.get(node) ?? nodes.set(node, []).get(node)).push(seq);
  let gaps = 0;
  for (const numbers of nodes.values()) gaps += Math.max(...numbers) - new Set(numbers).size;
  return {
    sent: load.sent,
    answered: load.answered.length,
    cut: load.cut,
    refused: Object.fromEntries(load.refused),
    rows: rows.length,
    missing: load.answered.filter((id) => !recorded.has(id)).length,
    duplicateIds: rows.length - new Set(rows.map(({ id }) => id)).size,
    gaps,
  };
}
