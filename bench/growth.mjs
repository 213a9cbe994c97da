// Measures how the calls per second change while something grows: keys, tools, audit rows, documents, users, people, organisations.
//   npm run bench:growth [-- --only keys,tools --rounds 3 --seconds 3 --keys 1000,10000 --smoke --publish]
import { keepAwake, moveToLoadCore } from './harness/cores.mjs';
import { Database } from './harness/database.mjs';
import { keepResult, readOptions, readResult } from './harness/options.mjs';
import { auditRowsCurve } from './growth/audit-rows.mjs';
import { load } from './growth/curve.mjs';
import { documentsCurve } from './growth/documents.mjs';
import { keysCurve } from './growth/keys.mjs';
import { organizationsCurve } from './growth/organizations.mjs';
import { peopleCurve } from './growth/people.mjs';
import { toolsCurve } from './growth/tools.mjs';
import { usersCurve } from './growth/users.mjs';

const CURVES = {
  keys: keysCurve,
  tools: toolsCurve,
  audit: auditRowsCurve,
  documents: documentsCurve,
  users: usersCurve,
  people: peopleCurve,
  organizations: organizationsCurve,
};

const options = readOptions(
  {
    only: Object.keys(CURVES),
    rounds: 3,
    seconds: 3,
    warm: 2,
    cold: 900,
    settle: 11,
    keys: [1_000, 10_000, 100_000, 1_000_000],
    tools: [1, 10, 50, 100, 250, 500],
    audit: [0, 10_000, 100_000, 1_000_000, 5_000_000],
    documents: [1_000, 10_000, 100_000],
    users: [1, 10, 100, 1_000, 10_000],
    people: [1_000, 10_000, 100_000],
    organizations: [100, 10_000],
    signIns: 100,
  },
  {
    rounds: 1,
    seconds: 0.3,
    warm: 0.2,
    settle: 1.5,
    keys: [1_000, 10_000],
    tools: [1, 20],
    audit: [0, 5_000],
    documents: [200, 400],
    users: [1, 200],
    people: [20, 60],
    organizations: [2, 20],
    cold: 20,
    signIns: 5,
  },
);
moveToLoadCore();
keepAwake();
const curves = readResult('growth', options.isApart)?.curves ?? {};
for (const name of options.only) {
  // Each curve has a database of its own, so that none is slowed down by the rows of another.
  const database = await Database.start();
  curves[name] = await CURVES[name](database, options);
  await database.stop();
}
await load.stop();
keepResult('growth', options, { curves });
