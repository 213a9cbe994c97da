// Replicas on one PostgreSQL, and on one Redis where a case needs it, with an administrator who calls their REST routes.
import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { generateApiKey } from '../../../dist/api-keys/key-format.js';
import { Server } from '../../faults/server.mjs';
import { ReplicaProcess } from './replica-process.mjs';

const MANY = '100000000';

export class Cluster {
  replicas = [];
  adminKey = generateApiKey('mcp');
  added = 0;
  users = 0;
  agent = new Agent({ keepAlive: true });

  /** @param env settings that all replicas have @param redis ends with the cluster */
  static async start(size = 3, env = {}, redis) {
    const cluster = new Cluster();
    cluster.redis = redis;
    cluster.server = await Server.start();
    cluster.env = {
      COHERENCE: 'replicas',
      SECRETS_KEY: randomBytes(32).toString('hex'),
      BOOTSTRAP_ADMIN_KEY: cluster.adminKey,
      RATE_LIMIT_DEVELOPMENT: MANY,
      RATE_LIMIT_FAILED_KEYS: MANY,
      RATE_LIMIT_KEYLESS: MANY,
      ...env,
    };
    try {
      // The first one migrates.
      await cluster.add();
      await Promise.all(Array.from({ length: size - 1 }, () => cluster.add()));
      return cluster;
    } catch (error) {
      await cluster.end();
      throw error;
    }
  }

  /** @param urls of the database, or of what stands before it */
  async add(urls = this.server.urls) {
    const name = `replica ${++this.added}`;
    const replica = await ReplicaProcess.start(name, urls, this.env);
    this.replicas.push(replica);
    return replica;
  }

  async remove(replica) {
    this.replicas = this.replicas.filter((one) => one !== replica);
    await replica.remove();
  }

  async end() {
    this.agent.destroy();
    await Promise.all(this.replicas.map((replica) => replica.remove()));
    await this.server.end();
    await this.redis?.remove();
  }

  /** Ends the sessions of a name, as an administrator or a failover does. @returns how many */
  async terminate(applicationName) {
    const rows = await this.server.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
      [applicationName],
    );
    return rows.length;
  }

  /** A request of the administrator. */
  admin(replica, method, path, body) {
    return this.request(this.adminKey, replica, method, path, body);
  }

  /** A request with a key. `returnedAt` is when the head of the answer arrived. */
  request(key, replica, method, path, body) {
    const sentAt = performance.now();
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${key}`,
      ...(text !== undefined && { 'content-type': 'application/json' }),
    };
    return new Promise((done, failed) => {
      const sent = request(replica.url + path, { method, headers, agent: this.agent }, (response) => {
        const returnedAt = performance.now();
        let answer = '';
        response.setEncoding('utf8').on('data', (part) => (answer += part));
        response.on('error', failed);
        response.on('end', () =>
          done({
            status: response.statusCode,
            coherence: response.headers.coherence,
            returnedAt,
            ms: Math.round(returnedAt - sentAt),
            body: answer === '' ? undefined : JSON.parse(answer),
          }),
        );
      });
      sent.on('error', failed);
      sent.end(text);
    });
  }

  /** @returns a user with a key, which is `id` and `apiKey` */
  async userWithKey(scopes, fields = {}) {
    const [first] = this.replicas;
    const email = `user${++this.users}@example.com`;
    const user = await this.made(first, '/api/users', { email, name: `User ${this.users}`, ...fields });
    const { id, apiKey } = await this.made(first, '/api/mcp/keys', { name: 'Load', scopes, userId: user.id });
    return { userId: user.id, email, id, apiKey };
  }

  async made(replica, path, body) {
    const answer = await this.admin(replica, 'POST', path, body);
    if (answer.status !== 201) throw new Error(`POST ${path}: ${JSON.stringify(answer)}`);
    return answer.body;
  }
}
