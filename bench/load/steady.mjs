// Sends requests at a fixed rate, whether or not earlier ones were answered. They wait for a free connection.
import { Connection } from './connection.mjs';
import { requestsOf } from './requests.mjs';
import { Times } from './times.mjs';

const TICK_MS = 5;

/**
 * @param job has `port`, `kind`, `era`, `keys`, `perSecond`, `seconds` and `connections`. Times count from when a
 * request was due.
 */
async function run({ port, keys, connections, perSecond, seconds, ...what }) {
  const { build, check } = requestsOf({ port, ...what });
  const free = await Promise.all(Array.from({ length: connections }, () => Connection.open(port)));
  const times = new Times();
  const due = [];
  let [id, open, errors, behind] = [0, 0, 0, 0];
  let firstError;
  const send = (line, at) => {
    const n = ++id;
    open++;
    line.send(build(n, keys[n % keys.length]), (answer) => {
      times.add(performance.now() - at);
      open--;
      const fault = check(n, answer);
      if (fault) {
        errors++;
        firstError ??= fault;
      }
      if (answer.error) return;
      if (due.length > 0) send(line, due.shift());
      else free.push(line);
    });
  };
  const started = performance.now();
  let planned = 0;
  await new Promise((done) => {
    const timer = setInterval(() => {
      const elapsed = (performance.now() - started) / 1000;
      while (planned < Math.min(elapsed, seconds) * perSecond) {
        const at = started + (planned++ / perSecond) * 1000;
        // Connections are used in turn, because the server closes an idle one.
        const line = free.shift();
        if (line) send(line, at);
        else due.push(at);
      }
      behind = Math.max(behind, due.length);
      if (elapsed > seconds && ((open === 0 && due.length === 0) || elapsed > seconds + 30)) {
        clearInterval(timer);
        done();
      }
    }, TICK_MS);
  });
  for (const line of free) line.close();
  const unanswered = open + due.length;
  return {
    requests: times.count,
    planned,
    unanswered,
    behind,
    errors: errors + unanswered,
    firstError,
    ...times.summary(),
  };
}

process.on('message', (job) => {
  run(job).then(
    (result) => process.send({ result }),
    (error) => process.send({ error: String(error?.stack ?? error) }),
  );
});
