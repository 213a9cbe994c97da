// Callers that keep trying one key or session at several replicas, and count what they are answered before and after a change.
import { Agent, request } from 'node:http';
import { eventually, pause } from '../../faults/service.mjs';

const RETRY_MS = 20;
const NOBODYS_ID = '01900000-0000-7000-8000-000000000000';

export class Attempts {
  agent = new Agent({ keepAlive: true });
  /** Counts by status and code: `before` and `after` the change returned, by when the attempt was sent. */
  before = {};
  after = {};
  /** The attempts that were sent after the change returned, and accepted. There must be none. */
  stale = [];
  sentAfter = 0;
  /** How many of these each replica has answered. */
  answeredAfter = {};
  returnedAt = Infinity;
  isRunning = true;
  callers = [];

  /** @param tool a tool that the key may call before the change, and may not after it */
  static ofTool(key, tool) {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const params = { name: tool, arguments: tool === 'whoami' ? {} : { id: NOBODYS_ID } };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
    return new Attempts({ method: 'POST', path: '/mcp', headers, body });
  }

  /** @param attempt what is sent, and is accepted before the change: `method`, `path`, `headers` and the text `body` */
  constructor(attempt) {
    this.sent = attempt;
  }

  /** Starts callers of a replica, each of which calls again when it was answered. */
  start(replica, callers = 8) {
    for (let caller = 0; caller < callers; caller++) this.callers.push(this.keepTrying(replica));
  }

  /** Sends attempts that nobody waits for, as to a replica that does not answer for now. */
  burst(replica, attempts) {
    for (let attempt = 0; attempt < attempts; attempt++) this.callers.push(this.attempt(replica));
  }

  async keepTrying(replica) {
    while (this.isRunning) {
      const answered = await this.attempt(replica);
      if (!answered) await pause(RETRY_MS);
    }
  }

  /** Says that the change has returned: what is sent from now on has to be refused. */
  changed({ returnedAt }) {
    this.returnedAt = returnedAt;
  }

  /** Waits until that many more attempts were sent after the change and answered. */
  async reach(attempts) {
    const before = this.sentAfter;
    await eventually(
      async () => this.sentAfter,
      (sent) => sent >= before + attempts,
    );
  }

  /** Waits until each caller was accepted, so that each replica has the key in memory. */
  async warm(attempts = 300) {
    await eventually(
      async () => this.before['200'] ?? 0,
      (accepted) => accepted >= attempts,
    );
  }

  async stop() {
    this.isRunning = false;
    await Promise.all(this.callers);
    this.agent.destroy();
  }

  async attempt(replica) {
    const sentAt = performance.now();
    const { status, code } = await this.call(replica);
    const answer = code === undefined ? String(status) : `${status} ${code}`;
    const isAfter = sentAt > this.returnedAt;
    const counts = isAfter ? this.after : this.before;
    counts[answer] = (counts[answer] ?? 0) + 1;
    if (isAfter && status !== 0) {
      this.sentAfter++;
      this.answeredAfter[replica.name] = (this.answeredAfter[replica.name] ?? 0) + 1;
    }
    if (isAfter && status === 200)
      this.stale.push({ replica: replica.name, sentMsAfter: Math.round(sentAt - this.returnedAt) });
    return status !== 0;
  }

  call(replica) {
    const { method, path, headers, body } = this.sent;
    return new Promise((done) => {
      const options = { method, headers, agent: this.agent };
      const sent = request(replica.url + path, options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => (text += part));
        response.on('error', () => done({ status: 0, code: 'cut' }));
        response.on('end', () => done({ status: response.statusCode, code: codeOf(text) }));
      });
      sent.on('error', () => done({ status: 0, code: 'cut' }));
      sent.end(body);
    });
  }
}

function codeOf(text) {
  const { error, code } = JSON.parse(text);
  return error?.data?.code ?? code;
}
