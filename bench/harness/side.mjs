import { Database } from './database.mjs';
import { Ours } from './ours.mjs';

/** Is one of two services that are measured in turns. It has a database of its own, because builds may have different tables. */
export class Side {
  calls = 0;
  errors = 0;

  /** @param options of the service @param beside another process whose processor time is read too */
  static async start(options, beside) {
    const side = new Side();
    side.beside = beside;
    side.database = await Database.start();
    try {
      side.ours = await Ours.start(side.database, options);
    } catch (error) {
      await side.database.stop();
      throw error;
    }
    side.key = (await side.ours.createKeys()).key;
    return side;
  }

  async round(load, job) {
    const before = this.beside?.cpuUs ?? 0;
    const result = await load.run(this.ours.server, { kind: 'call', keys: [this.key], ...job });
    const besideUs = ((this.beside?.cpuUs ?? 0) - before) / result.requests;
    if (result.errors > 0) console.error(`${result.errors} wrong answers, first ${result.firstError}`);
    this.calls += result.requests;
    this.errors += result.errors;
    // Rows that this service still writes must not slow down the other's round.
    await this.ours.auditedCalls(this.calls - this.errors);
    return { ...result, besideUs };
  }

  async missingRows() {
    const calls = this.calls - this.errors;
    return calls - (await this.ours.auditedCalls(calls));
  }

  async stop() {
    await this.ours.stop();
    await this.database.stop();
  }
}

/**
 * Measures each pair in the opposite order of the pair before, so that what a round leaves behind affects both
 * services.
 * @returns for each pair the results of both sides
 */
export async function measurePairs(load, sides, { pairs, warm, seconds, ...job }) {
  for (const side of sides) await side.round(load, { ...job, seconds: warm });
  const measured = [];
  for (let pair = 0; pair < pairs; pair++) {
    const results = new Map();
    for (const side of pair % 2 === 0 ? sides : sides.toReversed())
      results.set(side, await side.round(load, { ...job, seconds }));
    measured.push(sides.map((side) => results.get(side)));
  }
  return measured;
}
