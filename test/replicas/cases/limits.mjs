// Limits over Redis: exact over all replicas, and shared out among them while Redis is away.
//
// A window begins with the first call of a user, and its end is the end of a key in Redis. Each case has a user of its own
// and ends within the minute, so that no window ends in the middle of it. It reads the end of the key to show this.
import { generateApiKey } from '../../../dist/api-keys/key-format.js';
import { eventually } from '../../faults/service.mjs';
import { Cluster } from '../support/cluster.mjs';
import { LimitCalls } from '../support/limit-calls.mjs';
import { RedisProcess } from '../support/redis-process.mjs';

/** The limit of the tier `paid`. */
const LIMIT = 300;
const REPLICAS = 3;
const SHARE = LIMIT / REPLICAS;
const CALLS = 1_000;
/** Calls that fit whatever is counted, of which every replica accepts some. */
const FIRST_CALLS = 30;
const KEYS = 5;
const FAILED_KEYS = 30;
const KEYLESS = 40;
/** The callers of each replica under load. */
const CALLERS = 4;
/** Redis goes away when so many calls were accepted, which leaves more than any replica's share. */
const BEFORE_OUTAGE = 60;

/** What the log says when Redis goes away and when it is back. */
const AWAY = 'each replica counts its share of the limits in its memory';
const BACK = 'Redis counts the limits again, over all replicas';

const accepted = (answers) => answers.filter(({ status }) => status === 200);
const refusedBy = (answers, policy) =>
  answers.filter(({ status, limit }) => status === 429 && limit === policy);
/** The answers that are neither a result nor a whole refusal by a limit. There must be none. */
const errorsIn = (answers) =>
  answers.filter(
    ({ status, code, isWhole }) => status !== 200 && !(status === 429 && code === 'rate_limited' && isWhole),
  );
const of = (replica) => (answer) => answer.replica === replica.name;

/** How many different numbers of calls are left by what was accepted: as many as there were calls, if each counted once. */
const distinct = (answers) => new Set(answers.map(({ remaining }) => remaining)).size;

async function paidUser(cluster, keys = KEYS) {
  const { userId, apiKey } = await cluster.userWithKey(['read'], { tier: 'paid' });
  const apiKeys = [apiKey];
  while (apiKeys.length < keys) apiKeys.push((await addKey(cluster, userId)).apiKey);
  return { userId, apiKeys };
}

const addKey = (cluster, userId, fields = {}) =>
  cluster.made(cluster.replicas[0], '/api/mcp/keys', { name: 'Load', scopes: ['read'], userId, ...fields });

/** @returns the seconds that the window of a count has left, which shows that it is still the first one */
const secondsLeft = async ({ redis }, key) => (await redis.command('PTTL', key)) / 1000;

async function setToolLimit(cluster, tool, limit) {
  const { status } = await cluster.admin(cluster.replicas[0], 'PUT', `/api/limits/tools/${tool}`, limit);
  if (status !== 204) throw new Error(`PUT limits of ${tool}: ${status}`);
}

/** Runs calls that end by themselves. */
async function withCalls(work) {
  const calls = new LimitCalls();
  try {
    return await work(calls);
  } finally {
    await calls.stop();
  }
}

async function fiveKeys(cluster, { userId, apiKeys }) {
  return withCalls(async (calls) => {
    await calls.warm(cluster.replicas, apiKeys);
    // Of all the others, a replica that is late may accept none.
    await calls.atOnce(cluster.replicas, apiKeys, FIRST_CALLS);
    await calls.atOnce(cluster.replicas, apiKeys, CALLS - FIRST_CALLS);
    const { answers } = calls;
    const good = accepted(answers);
    const counts = {
      calls: CALLS,
      accepted: good.length,
      distinctRemaining: distinct(good),
      refused: refusedBy(answers, 'paid').length,
      errors: errorsIn(answers).length,
      byReplica: cluster.replicas.map((replica) => good.filter(of(replica)).length),
      windowLeft: await secondsLeft(cluster, `{${userId}}:calls`),
    };
    const holds =
      counts.accepted === LIMIT &&
      counts.distinctRemaining === LIMIT &&
      counts.refused === CALLS - LIMIT &&
      counts.errors === 0 &&
      counts.byReplica.every((number) => number > 0) &&
      counts.windowLeft > 0;
    return { holds, ...counts };
  });
}

/** Calls of two tools at once: one counts as five calls, and fills the limit together with the other to the last call. */
async function weighted(cluster) {
  const weight = 5;
  const { userId, apiKeys } = await paidUser(cluster);
  await setToolLimit(cluster, 'whoami', { weight });
  try {
    return await withCalls(async (calls) => {
      const answers = (
        await Promise.all([
          calls.atOnce(cluster.replicas, apiKeys, CALLS / 2, 'whoami'),
          calls.atOnce(cluster.replicas, apiKeys, CALLS / 2, 'documents_list'),
        ])
      ).flat();
      const good = accepted(answers);
      const heavy = good.filter(({ tool }) => tool === 'whoami').length;
      const light = good.length - heavy;
      const counts = {
        calls: CALLS,
        heavy,
        light,
        spent: heavy * weight + light,
        distinctRemaining: distinct(good),
        refused: refusedBy(answers, 'paid').length,
        errors: errorsIn(answers).length,
        windowLeft: await secondsLeft(cluster, `{${userId}}:calls`),
      };
      const holds =
        counts.spent === LIMIT &&
        heavy > 0 &&
        light > 0 &&
        counts.distinctRemaining === good.length &&
        counts.refused === CALLS - good.length &&
        counts.errors === 0 &&
        counts.windowLeft > 0;
      return { holds, ...counts };
    });
  } finally {
    await setToolLimit(cluster, 'whoami', {});
  }
}

async function limitOfKey(cluster) {
  const own = 40;
  const { userId, apiKeys } = await paidUser(cluster, 1);
  const limited = await addKey(cluster, userId, { requestsPerMinute: own });
  return withCalls(async (calls) => {
    const ofKey = await calls.atOnce(cluster.replicas, [limited.apiKey], 200);
    const ofUser = await calls.atOnce(cluster.replicas, apiKeys, 800);
    const good = accepted(ofKey);
    const others = accepted(ofUser);
    const counts = {
      calls: CALLS,
      byLimitedKey: good.length,
      byOtherKey: others.length,
      refusedByKey: refusedBy(ofKey, 'key').length,
      refusedByUser: refusedBy(ofUser, 'paid').length,
      errors: errorsIn(calls.answers).length,
      windowLeft: await secondsLeft(cluster, `{${userId}}:calls`),
    };
    const holds =
      good.length === own &&
      distinct(good) === own &&
      others.length === LIMIT - own &&
      distinct(others) === LIMIT - own &&
      counts.refusedByKey === 200 - own &&
      counts.refusedByUser === 800 - others.length &&
      counts.errors === 0 &&
      counts.windowLeft > 0;
    return { holds, ...counts };
  });
}

async function limitOfTool(cluster) {
  const perMinute = 25;
  const { userId, apiKeys } = await paidUser(cluster);
  await setToolLimit(cluster, 'whoami', { perMinute });
  try {
    return await withCalls(async (calls) => {
      const ofTool = await calls.atOnce(cluster.replicas, apiKeys, CALLS / 2);
      const ofOther = await calls.atOnce(cluster.replicas, apiKeys, CALLS / 2, 'documents_list');
      const good = accepted(ofTool);
      const others = accepted(ofOther);
      const counts = {
        calls: CALLS,
        ofTool: good.length,
        ofOtherTool: others.length,
        refusedByTool: refusedBy(ofTool, 'tool:whoami').length,
        refusedByUser: refusedBy(ofOther, 'paid').length,
        errors: errorsIn(calls.answers).length,
        windowLeft: await secondsLeft(cluster, `{${userId}}:calls`),
      };
      const holds =
        good.length === perMinute &&
        distinct(good) === perMinute &&
        others.length === LIMIT - perMinute &&
        distinct(others) === others.length &&
        counts.refusedByTool === CALLS / 2 - perMinute &&
        counts.refusedByUser === CALLS / 2 - others.length &&
        counts.errors === 0 &&
        counts.windowLeft > 0;
      return { holds, ...counts };
    });
  } finally {
    await setToolLimit(cluster, 'whoami', {});
  }
}

/** Waits until all replicas count in that place. @returns what the health of each says */
const countIn = (cluster, store) =>
  Promise.all(
    cluster.replicas.map((replica) =>
      eventually(
        () => replica.ready(),
        ({ checks }) => checks.rateLimit.store === store,
      ),
    ),
  );

/** How often the logs of all replicas say something. */
const said = ({ replicas }, text) =>
  replicas.reduce((sum, { output }) => sum + output.split(text).length - 1, 0);

/**
 * Takes Redis away from callers of all replicas, and brings it back. What a replica admits from memory leaves less than its
 * share, and what was admitted by Redis before leaves more. So each answer says who admitted it.
 * @param outage `begin`, `end`, and whether the counts are lost
 */
async function away(cluster, { begin, end, losesCounts }) {
  const { userId, apiKeys } = await paidUser(cluster);
  const user = await paidUser(cluster);
  const [warned, announced] = [said(cluster, AWAY), said(cluster, BACK)];
  return withCalls(async (calls) => {
    await calls.warm(cluster.replicas, apiKeys);
    for (const replica of cluster.replicas)
      for (let caller = 0; caller < CALLERS; caller++) calls.start(replica, apiKeys);
    await calls.accepts(BEFORE_OUTAGE);
    begin(cluster.redis);
    const health = await countIn(cluster, 'memory');
    const everyoneRefuses = (since) => (answers) =>
      cluster.replicas.every(
        (replica) => refusedBy(answers.slice(since).filter(of(replica)), 'paid').length >= CALLERS * 5,
      );
    await calls.reach(everyoneRefuses(0));
    const during = accepted(calls.answers);
    const byRedis = during.filter(({ remaining }) => remaining >= SHARE);
    const shares = cluster.replicas.map((replica) =>
      during.filter(({ remaining }) => remaining < SHARE).filter(of(replica)),
    );
    const since = calls.answers.length;
    await end(cluster.redis);
    await countIn(cluster, 'redis');
    const from = calls.answers.length;
    await calls.reach(everyoneRefuses(from));
    const after = accepted(calls.answers.slice(since));
    const windowLeft = await secondsLeft(cluster, `{${userId}}:calls`);
    const [warnings, backAgain] = [said(cluster, AWAY) - warned, said(cluster, BACK) - announced];
    await calls.stop();
    const exactAgain = await fiveKeys(cluster, user);
    const total = byRedis.length + shares.flat().length + after.length;
    const most = losesCounts ? 3 * LIMIT : 2 * LIMIT;
    const counts = {
      limit: LIMIT,
      acceptedByRedisBefore: byRedis.length,
      acceptedByShares: shares.map((share) => share.length),
      acceptedByRedisAfter: after.length,
      overshoot: total - LIMIT,
      overshootAtMost: most - LIMIT,
      refused: refusedBy(calls.answers, 'paid').length,
      errors: errorsIn(calls.answers).length,
      health: health.map(({ status, checks }) => `${status}, limits ${checks.rateLimit.status}`),
      reason: health[0].checks.rateLimit.reason,
      warnings,
      backAgain,
      windowLeft,
      exactAgain: `${exactAgain.accepted} of ${CALLS}, by replica ${exactAgain.byReplica.join(', ')}`,
    };
    const holds =
      counts.errors === 0 &&
      total <= most &&
      shares.every((share) => share.length === SHARE && distinct(share) === SHARE) &&
      distinct(byRedis) === byRedis.length &&
      distinct(after) === after.length &&
      health.every(({ status, checks }) => status === 'ok' && checks.rateLimit.status === 'degraded') &&
      counts.warnings === REPLICAS &&
      counts.backAgain === REPLICAS &&
      windowLeft > 0 &&
      exactAgain.holds;
    return { holds, ...counts };
  });
}

/** Guesses behind one address, among which a good key passes. */
async function guesses(cluster) {
  const { apiKeys } = await paidUser(cluster, 1);
  const tries = 300;
  return withCalls(async (calls) => {
    const wrong = Array.from({ length: tries }, () => generateApiKey('mcp'));
    const [guessed, good] = await Promise.all([
      calls.atOnce(cluster.replicas, wrong, tries),
      calls.atOnce(cluster.replicas, apiKeys, 90),
    ]);
    const later = await calls.atOnce(cluster.replicas, apiKeys, 90);
    const refused = guessed.filter(({ status }) => status === 429);
    const counts = {
      guesses: tries,
      answered401: guessed.filter(({ status }) => status === 401).length,
      answered429: refused.length,
      goodKey: accepted([...good, ...later]).length,
    };
    const holds =
      counts.answered401 === FAILED_KEYS &&
      counts.answered429 === tries - FAILED_KEYS &&
      errorsIn(refused).length === 0 &&
      counts.goodKey === 180;
    return { holds, ...counts };
  });
}

async function keyless(cluster) {
  const tries = 300;
  return withCalls(async (calls) => {
    const answers = await calls.atOnce(cluster.replicas, [undefined], tries);
    const counts = {
      requests: tries,
      answered401: answers.filter(({ status }) => status === 401).length,
      answered429: answers.filter(({ status }) => status === 429).length,
    };
    const holds = counts.answered401 === KEYLESS && counts.answered429 === tries - KEYLESS;
    return { holds, ...counts };
  });
}

const cases = {
  'limits: five keys of a user share one exact limit over all replicas': async (cluster) =>
    fiveKeys(cluster, await paidUser(cluster)),
  'limits: a tool that counts as five calls': weighted,
  'limits: the limit of a key': limitOfKey,
  'limits: the limit of a tool': limitOfTool,
  'limits: guessed keys are counted by address over all replicas, and a good key passes': guesses,
  'limits: requests without a key are counted by address over all replicas': keyless,
  'limits: Redis stalls under load, and goes on': (cluster) =>
    away(cluster, {
      begin: (redis) => redis.signal('SIGSTOP'),
      end: (redis) => redis.signal('SIGCONT'),
      losesCounts: false,
    }),
  'limits: Redis is killed under load, and comes back without its counts': (cluster) =>
    away(cluster, {
      begin: (redis) => redis.signal('SIGKILL'),
      end: (redis) => redis.run(),
      losesCounts: true,
    }),
};

export const limits = {
  start: async () => {
    const redis = await RedisProcess.start();
    const env = {
      REDIS_URL: redis.url,
      // 1,000 calls at once may hold up a busy machine for longer than a lease that suits a service.
      COHERENCE_LEASE_MS: '20000',
      RATE_LIMIT_PAID: String(LIMIT),
      RATE_LIMIT_FAILED_KEYS: String(FAILED_KEYS),
      RATE_LIMIT_KEYLESS: String(KEYLESS),
    };
    return Cluster.start(REPLICAS, env, redis);
  },
  cases,
};
