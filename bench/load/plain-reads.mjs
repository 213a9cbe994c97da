// Reads rows with `pg` alone, as named prepared statements. Each of the concurrent readers has one read in flight.
import { Pool } from 'pg';

let pool;

/** @param job has `url`, `statement`, `values` (a list, of which each read takes the next), `concurrent` and `seconds` */
async function run({ url, statement, values, concurrent, seconds }) {
  pool ??= new Pool({ connectionString: url, max: concurrent });
  const cpu = process.cpuUsage();
  const started = performance.now();
  const deadline = started + seconds * 1000;
  let reads = 0;
  let rows = 0;
  const read = async () => {
    while (performance.now() < deadline) {
      const result = await pool.query({ ...statement, values: values[reads++ % values.length] });
      rows += result.rows.length;
    }
  };
  await Promise.all(Array.from({ length: concurrent }, read));
  const elapsed = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { reads, rows, perSecond: reads / elapsed, cpuUs: (user + system) / reads };
}

process.on('message', (job) => {
  run(job).then(
    (result) => process.send({ result }),
    (error) => process.send({ error: String(error?.stack ?? error) }),
  );
});
