import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import { type CallLimit, type Costs, limitKey, type Verdict } from '../src/rate-limit/store/limit.js';
import { LiveReplicas } from '../src/rate-limit/store/live-replicas.js';
import { MemoryLimitStore } from '../src/rate-limit/store/memory-limit-store.js';
import { RedisLimitStore } from '../src/rate-limit/store/redis/redis-limit-store.js';
import { freePort, hasRedis, RedisServer } from './support/redis.js';
import { until } from './support/until.js';

const MINUTE = 60_000;

const limit = (tag: string, max: number, name = 'calls'): CallLimit => ({
  key: limitKey(tag, name),
  policy: name,
  max,
  windowMs: MINUTE,
});

class Replicas extends LiveReplicas {
  constructor(private readonly number: number) {
    super();
  }

  override count(): number {
    return this.number;
  }
}

/** Is one replica: a store with its own connection and its own memory. */
class Replica {
  private readonly memory = new MemoryLimitStore();
  readonly store: RedisLimitStore;

  private constructor(url: string, replicas: number) {
    this.store = new RedisLimitStore(url, this.memory, new Replicas(replicas));
  }

  static async on(url: string, replicas = 1): Promise<Replica> {
    const replica = new Replica(url, replicas);
    open.add(replica);
    await replica.store.onModuleInit();
    return replica;
  }

  async charge(limits: CallLimit[], costs: Costs = 1): Promise<Verdict> {
    return this.store.charge(limits, costs);
  }

  get place(): string {
    return this.store.state().store;
  }

  stop(): void {
    open.delete(this);
    this.store.onApplicationShutdown();
    this.memory.onModuleDestroy();
  }
}

const open = new Set<Replica>();
const admitted = (verdicts: Verdict[]) => verdicts.filter(({ refused }) => !refused);
const many = <T>(times: number, make: (index: number) => T): T[] =>
  Array.from({ length: times }, (_, i) => make(i));

(hasRedis() ? describe : describe.skip)('Limits over Redis', () => {
  let redis: RedisServer;
  let warnings: jest.SpyInstance;
  let logs: jest.SpyInstance;

  beforeEach(async () => {
    warnings = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    logs = jest.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);
    redis = await RedisServer.start();
  });

  afterEach(async () => {
    for (const replica of open) replica.stop();
    await redis.kill();
    jest.restoreAllMocks();
  });

  const three = () => Promise.all(many(3, () => Replica.on(redis.url, 3)));
  const isBack = (replica: Replica) => until(() => replica.place === 'redis', 20_000);

  it('admits exactly the limit over three replicas, with numbers that are all distinct', async () => {
    const replicas = await three();
    const before = await redis.runs();
    const verdicts = await Promise.all(
      many(1000, (i) => replicas[i % 3]!.charge([limit('ada', 300), limit('ada', 1000, `key:${i % 5}`)])),
    );
    const runs = (await redis.runs()) - before;
    const numbers = admitted(verdicts).map(({ remaining }) => remaining);
    expect(numbers).toHaveLength(300);
    expect(new Set(numbers).size).toBe(300);
    // All calls of one iteration go in one run, of at most 500 calls.
    expect(runs).toBeLessThanOrEqual(6);
  });

  it('charges all limits of a call or none, with weights', async () => {
    const [one, two] = await three();
    const user = limit('ada', 100);
    const key = limit('ada', 12, 'key');
    const verdicts = await Promise.all(
      many(8, (i) => (i % 2 ? one : two)!.charge([user, key, limit('ada', 50, 'tool')], [5, 5, 1])),
    );
    expect(admitted(verdicts)).toHaveLength(2);
    expect(verdicts.find(({ refused }) => refused)).toMatchObject({ limit: { policy: 'key' }, remaining: 2 });
    expect(await one!.charge([user], 0)).toMatchObject({ remaining: 90 });
    expect(await one!.charge([limit('ada', 50, 'tool')], 0)).toMatchObject({ remaining: 48 });
  });

  it('takes the time of the window from Redis, and begins it with the first call', async () => {
    const [one, two] = await three();
    expect(await one!.charge([limit('ada', 3)], 0)).toMatchObject({ remaining: 3, resetSeconds: 0 });
    expect(await one!.charge([limit('ada', 3)])).toMatchObject({ remaining: 2, resetSeconds: 60 });
    await redis.command('PEXPIRE', '{ada}:calls', '20000');
    expect(await two!.charge([limit('ada', 3)])).toMatchObject({ remaining: 1, resetSeconds: 20 });
  });

  it('asks Redis no more for a call that cannot fit, but lets a cheaper one pass', async () => {
    const replica = await Replica.on(redis.url);
    await replica.charge([limit('ada', 10)], 8);
    expect(await replica.charge([limit('ada', 10)], 5)).toMatchObject({ refused: true, remaining: 2 });
    const runs = await redis.runs();
    const refused = await Promise.all(many(100, () => replica.charge([limit('ada', 10)], 5)));
    expect(admitted(refused)).toHaveLength(0);
    expect(replica.store.charge([limit('ada', 10)], 5)).not.toBeInstanceOf(Promise);
    expect(await redis.runs()).toBe(runs);
    expect(await replica.charge([limit('ada', 10)], 2)).toMatchObject({ refused: false, remaining: 0 });
    expect(replica.store.charge([limit('ada', 10)], 1)).toMatchObject({ refused: true });
    expect(await redis.runs()).toBe(runs + 1);
    expect(await replica.charge([limit('ada', 20)], 5)).toMatchObject({ refused: false, remaining: 5 });
  });

  it('asks Redis again as soon as the window has ended', async () => {
    const replica = await Replica.on(redis.url);
    const short = { ...limit('ada', 1), windowMs: 200 };
    await replica.charge([short]);
    expect(await replica.charge([short])).toMatchObject({ refused: true });
    await until(async () => !(await replica.charge([short])).refused);
    expect(await replica.charge([short])).toMatchObject({ refused: true });
  });

  it('replaces a key that has no end or is no number', async () => {
    const replica = await Replica.on(redis.url);
    await redis.command('SET', '{ada}:calls', '7');
    await redis.command('LPUSH', '{bob}:calls', 'x');
    await redis.command('SET', '{eve}:calls', 'much', 'PX', '5000');
    for (const user of ['ada', 'bob', 'eve'])
      expect(await replica.charge([limit(user, 5)])).toMatchObject({ remaining: 4, resetSeconds: 60 });
  });

  it('blocks for as long as a limit says', async () => {
    const replica = await Replica.on(redis.url);
    const blocking = { ...limit('ada', 1), blockMs: 5 * MINUTE };
    await replica.charge([blocking]);
    expect(await replica.charge([blocking])).toMatchObject({ refused: true, resetSeconds: 300 });
    expect(await (await Replica.on(redis.url)).charge([blocking])).toMatchObject({ resetSeconds: 300 });
  });

  it('sends the script when Redis has forgotten it, and counts the call once', async () => {
    const replica = await Replica.on(redis.url);
    await replica.charge([limit('ada', 10)]);
    await redis.command('SCRIPT', 'FLUSH');
    const verdicts = await Promise.all(many(3, () => replica.charge([limit('ada', 10)])));
    expect(verdicts.map(({ remaining }) => remaining)).toEqual([8, 7, 6]);
    expect(replica.store.state()).toEqual({ status: 'ok', store: 'redis' });
  });

  it('splits many calls into runs of a bounded length', async () => {
    const replica = await Replica.on(redis.url);
    const runs = await redis.runs();
    const verdicts = await Promise.all(many(1200, () => replica.charge([limit('ada', 1100)])));
    expect(admitted(verdicts)).toHaveLength(1100);
    expect((await redis.runs()) - runs).toBe(3);
  });

  describe('while Redis is away', () => {
    it('admit the share of each replica, say so once, and are exact again by themselves', async () => {
      const replicas = await three();
      await Promise.all(many(9, (i) => replicas[i % 3]!.charge([limit('ada', 30)])));
      await redis.kill();
      await Promise.all(replicas.map((replica) => until(() => replica.place === 'memory')));
      const verdicts = await Promise.all(many(300, (i) => replicas[i % 3]!.charge([limit('ada', 30)])));
      // Nine of the limit were used before: the overshoot is at most the limit once more.
      expect(admitted(verdicts)).toHaveLength(30);
      expect(replicas[0]!.store.state()).toMatchObject({
        status: 'degraded',
        store: 'memory',
        reason: expect.stringMatching(/^Redis cannot be reached/),
      });
      expect(warnings).toHaveBeenCalledTimes(3);

      await redis.start();
      await Promise.all(replicas.map(isBack));
      expect(replicas[0]!.store.state()).toEqual({ status: 'ok', store: 'redis' });
      const again = await Promise.all(many(300, (i) => replicas[i % 3]!.charge([limit('bob', 30)])));
      expect(admitted(again)).toHaveLength(30);
      expect(new Set(admitted(again).map(({ remaining }) => remaining)).size).toBe(30);
      expect(logs).toHaveBeenCalledTimes(3);
    });

    it('start without it, and use it once it is there', async () => {
      await redis.kill();
      const replica = await Replica.on(redis.url);
      expect(await replica.charge([limit('ada', 3)])).toMatchObject({ refused: false });
      await redis.start();
      await isBack(replica);
      expect(await replica.charge([limit('ada', 3)])).toMatchObject({ remaining: 2 });
    });

    it('answer every call that waits for it when it is killed under load', async () => {
      const replicas = await three();
      const load = many(3000, (i) => replicas[i % 3]!.charge([limit(`user-${i % 50}`, 20)]));
      await redis.kill();
      const verdicts = await Promise.all(load);
      // At most the limit in Redis and the shares of three replicas.
      expect(admitted(verdicts).length).toBeLessThanOrEqual(50 * (20 + 3 * 6));
    });
  });

  it('decide in memory when Redis stalls, and go back to it', async () => {
    const replicas = await three();
    redis.stall();
    const verdicts = await Promise.all(many(90, (i) => replicas[i % 3]!.charge([limit('ada', 9)])));
    expect(admitted(verdicts)).toHaveLength(9);
    expect(replicas[0]!.store.state().reason).toBe('Redis did not answer within 250 ms');
    redis.resume();
    await Promise.all(replicas.map(isBack));
    expect(await replicas[0]!.charge([limit('bob', 9)])).toMatchObject({ remaining: 8 });
  });

  it('keep their connection when this process stalls and Redis does not', async () => {
    const replica = await Replica.on(redis.url);
    const verdict = replica.charge([limit('ada', 9)]);
    setImmediate(() => {
      const end = performance.now() + 400;
      while (performance.now() < end);
    });
    expect(await verdict).toMatchObject({ remaining: 8 });
    expect(replica.store.state().status).toBe('ok');
  });

  it('decide in memory while Redis is full, and go back to it when it has room', async () => {
    const replica = await Replica.on(redis.url, 3);
    await redis.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    await redis.command('CONFIG', 'SET', 'maxmemory', '1');
    const verdicts = await Promise.all(many(20, () => replica.charge([limit('ada', 9)])));
    expect(admitted(verdicts)).toHaveLength(3);
    expect(replica.store.state().reason).toBe('Redis is full');
    await redis.command('CONFIG', 'SET', 'maxmemory', '0');
    await isBack(replica);
    expect(await replica.charge([limit('bob', 9)])).toMatchObject({ remaining: 8 });
  });

  it('decide in memory while Redis refuses to write, and say why', async () => {
    const replica = await Replica.on(redis.url);
    await redis.command('REPLICAOF', '127.0.0.1', '1');
    expect(await replica.charge([limit('ada', 9)])).toMatchObject({ refused: false });
    expect(replica.store.state().reason).toMatch(/^Redis refuses to count: (READONLY|MASTERDOWN|LOADING)/);
    await redis.command('REPLICAOF', 'NO', 'ONE');
    await isBack(replica);
  });

  describe('from something that is no Redis', () => {
    let garbage: Server;
    const sockets = new Set<Socket>();

    const serve = async (answer: (socket: Socket, asked: string) => void) => {
      garbage = createServer((socket) => {
        sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('data', (data) => answer(socket, String(data)));
      }).listen(0, '127.0.0.1');
      await once(garbage, 'listening');
      return `redis://127.0.0.1:${(garbage.address() as { port: number }).port}`;
    };

    afterEach(() => {
      for (const socket of sockets) socket.destroy();
      garbage.close();
    });

    it.each<[string, string, RegExp]>([
      ['no protocol', 'HTTP/1.1 400 Bad Request\r\n\r\n', /./],
      ['a reply of another shape', '+OK\r\n', /^Redis answered something/],
      ['a list that is too short', '$3\r\n[0]\r\n', /^Redis answered something/],
      ['nothing', '', /^Redis did not answer/],
    ])('are counted in memory: %s', async (_, reply, reason) => {
      const url = await serve((socket, asked) => {
        if (asked.includes('INFO')) socket.write('$3\r\nno!\r\n');
        else socket.write(reply);
      });
      const replica = await Replica.on(url, 3);
      const verdicts = await Promise.all(many(20, () => replica.charge([limit('ada', 9)])));
      expect(admitted(verdicts)).toHaveLength(3);
      await until(() => reason.test(replica.store.state().reason ?? ''));
      expect(replica.store.state()).toMatchObject({
        status: 'degraded',
        reason: expect.stringMatching(reason),
      });
    });

    it('are counted in memory when it answers garbage from some call on', async () => {
      let bad = false;
      const url = await serve((socket, asked) => {
        if (asked.includes('INFO')) socket.write('$3\r\nno!\r\n');
        else socket.write(bad ? '?\r\n!!' : '$10\r\n[0,1,1000]\r\n');
      });
      const replica = await Replica.on(url, 3);
      expect(replica.place).toBe('redis');
      bad = true;
      const verdicts = await Promise.all(many(20, () => replica.charge([limit('ada', 9)])));
      expect(admitted(verdicts)).toHaveLength(3);
      expect(replica.place).toBe('memory');
    });
  });

  describe('in a cluster', () => {
    it('keep all limits of a call on one node, and find the nodes by themselves', async () => {
      const bus = String(await freePort());
      const cluster = await RedisServer.start('--cluster-enabled', 'yes', '--cluster-port', bus);
      await cluster.command('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
      await until(async () => String(await cluster.command('CLUSTER', 'INFO')).includes('cluster_state:ok'));
      const replicas = await Promise.all(many(3, () => Replica.on(cluster.url, 3)));
      const verdicts = await Promise.all(
        many(300, (i) =>
          replicas[i % 3]!.charge([limit(`u${i % 5}`, 10), limit(`u${i % 5}`, 30, 'key')], [1, 2]),
        ),
      );
      expect(replicas[0]!.store.state()).toEqual({ status: 'ok', store: 'redis' });
      expect(admitted(verdicts)).toHaveLength(50);
      await cluster.kill();
    });
  });

  it('never print the address or the password', async () => {
    const secret = 'not-the-password';
    const replica = await Replica.on(redis.url.replace('//', `//:${secret}@`));
    await until(() => warnings.mock.calls.length > 0);
    expect(replica.store.state().reason).toMatch(/^Redis /);
    const said = JSON.stringify([warnings.mock.calls, logs.mock.calls, replica.store.state()]);
    expect(said).not.toContain(secret);
    expect(said).not.toContain(String(redis.port));
  });
});
