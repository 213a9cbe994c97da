// Calls of the keys of one user, and what each was answered of its limits.
import { Agent, request } from 'node:http';
import { eventually } from '../../faults/service.mjs';

const PAUSE_MS = 2;

export class LimitCalls {
  agent = new Agent({ keepAlive: true });
  /** Each with the replica, the status, the code of a refusal, and what the headers say. */
  answers = [];
  accepted = 0;
  callers = [];
  isRunning = true;
  id = 0;

  /** Sends calls that do not wait for one another, each with the next key to the next replica. */
  atOnce(replicas, keys, calls, tool = 'whoami') {
    return Promise.all(
      Array.from({ length: calls }, (_, call) =>
        this.call(replicas[call % replicas.length], keys[call % keys.length], tool),
      ),
    );
  }

  /** Starts a caller of a replica, which calls again when it was answered. */
  start(replica, keys) {
    const keepCalling = async () => {
      for (let call = 0; this.isRunning; call++) {
        await this.call(replica, keys[call % keys.length]);
        await new Promise((wake) => setTimeout(wake, PAUSE_MS));
      }
    };
    this.callers.push(keepCalling());
  }

  /** Lets all replicas read the keys. A ping is not counted as a call. */
  async warm(replicas, keys) {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'ping' });
    const ping = async ({ url }, key) => {
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
      const response = await fetch(`${url}/mcp`, { method: 'POST', headers, body });
      await response.arrayBuffer();
    };
    await Promise.all(replicas.flatMap((replica) => keys.map((key) => ping(replica, key))));
  }

  /** Waits for the very answer by which so many calls were accepted. */
  async accepts(calls) {
    if (this.accepted < calls) await new Promise((reached) => (this.reached = { calls, reached }));
  }

  /** Waits until the answers so far are as wanted. */
  async reach(isWanted) {
    await eventually(async () => isWanted(this.answers), Boolean);
  }

  async stop() {
    this.isRunning = false;
    await Promise.all(this.callers);
    this.agent.destroy();
  }

  /** @param key nothing for a request without one */
  async call(replica, key, tool = 'whoami') {
    const id = ++this.id;
    const params = { name: tool, arguments: {} };
    const headers = {
      'content-type': 'application/json',
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
    };
    const answer = await new Promise((done) => {
      const options = { method: 'POST', headers, agent: this.agent };
      const sent = request(`${replica.url}/mcp`, options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => (text += part));
        response.on('error', () => done({ status: 0 }));
        response.on('end', () => done(read(response, text, id)));
      });
      sent.on('error', () => done({ status: 0 }));
      sent.end(JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params }));
    });
    const known = { replica: replica.name, tool, ...answer };
    this.answers.push(known);
    if (known.status === 200 && ++this.accepted === this.reached?.calls) this.reached.reached();
    return known;
  }
}

function read({ statusCode: status, headers }, text, id) {
  const { error, id: named } = JSON.parse(text);
  const { code, limit, retryAfterSeconds } = error?.data ?? {};
  const [, remaining] = /;r=(\d+);t=\d+$/.exec(headers.ratelimit ?? '') ?? [];
  const policy = limit?.policy;
  // The body of a request without a valid key is not read.
  const expected = policy?.endsWith('per address') ? null : id;
  return {
    status,
    code,
    limit: policy,
    remaining: Number(remaining),
    /** A refusal names its request, and says how long to wait in the body as in the header. */
    isWhole: status !== 429 || (named === expected && String(retryAfterSeconds) === headers['retry-after']),
  };
}
