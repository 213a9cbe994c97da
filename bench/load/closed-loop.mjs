// Runs the jobs that its parent process sends. Each connection has one request in flight.
import { Connection } from './connection.mjs';
import { requestsOf } from './requests.mjs';
import { Times } from './times.mjs';

let lastId = 0;

/**
 * @param job has `port`, `kind`, `era`, `keys` and `connections`. It ends after `seconds`, or after `requests`. Each
 * request takes the next of `keys`.
 */
async function run({ port, keys, connections, seconds = Infinity, requests = Infinity, ...what }) {
  const { build, check } = requestsOf({ port, ...what });
  const lines = await Promise.all(Array.from({ length: connections }, () => Connection.open(port)));
  const times = new Times();
  const faults = { count: 0, first: undefined };
  const cpu = process.cpuUsage();
  const started = performance.now();
  const deadline = started + seconds * 1000;
  let sent = 0;
  const serve = (line) =>
    new Promise((done) => {
      const next = () => {
        const began = performance.now();
        if (began >= deadline || sent >= requests) {
          done();
          return;
        }
        const id = ++lastId;
        line.send(build(id, keys[sent++ % keys.length]), (answer) => {
          times.add(performance.now() - began);
          const fault = check(id, answer);
          if (fault) {
            faults.count++;
            faults.first ??= fault;
          }
          if (answer.error) done();
          else next();
        });
      };
      next();
    });
  await Promise.all(lines.map(serve));
  const elapsed = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  for (const line of lines) line.close();
  return {
    requests: times.count,
    seconds: elapsed / 1000,
    perSecond: times.count / (elapsed / 1000),
    ...times.summary(),
    errors: faults.count,
    firstError: faults.first,
    generatorBusy: (user + system) / 1000 / elapsed,
  };
}

process.on('message', (job) => {
  run(job).then(
    (result) => process.send({ result }),
    (error) => process.send({ error: String(error?.stack ?? error) }),
  );
});
