import { agentsCases } from './agents-cases.mjs';
import { spawnSync } from 'node:child_process';
import { assistantCases } from './assistant-cases.mjs';
import { documentsCases } from './documents-cases.mjs';
import { auditCases } from './audit-cases.mjs';
import { frameCases } from './frame-cases.mjs';
import { keysCases } from './keys-cases.mjs';
import { overviewCases } from './overview-cases.mjs';
import { payloadCases } from './payload-cases.mjs';
import { peopleCases } from './people-cases.mjs';
import { settingsCases } from './settings-cases.mjs';
import { replicaCases } from './replica-cases.mjs';
import { signInCases } from './sign-in-cases.mjs';
import { startCases } from './start-cases.mjs';
import { tamperingCases } from './tampering-cases.mjs';
import { taskCases } from './task-cases.mjs';
import { toolsCases } from './tools-cases.mjs';
import { ConsoleSuite } from './suite.mjs';

/** The cases of each screen, in their order. */
const CASES = [
  frameCases,
  // Sees the list of agents before there is one.
  agentsCases,
  keysCases,
  toolsCases,
  peopleCases,
  assistantCases,
  documentsCases,
  overviewCases,
  auditCases,
  settingsCases,
  tamperingCases,
  startCases,
  signInCases,
  taskCases,
  payloadCases,
];
const HAS_HAPROXY = spawnSync('haproxy', ['-v']).error === undefined;

/**
 * Runs the cases whose title has the word, each of which may build on those of its screen before it.
 * @returns how many passed, failed and were skipped
 */
export async function runConsole(chromium, word = '') {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const suite = await ConsoleSuite.start(chromium);
  const cases = CASES.flatMap((casesOf) => Object.entries(casesOf(suite)));
  if (HAS_HAPROXY) cases.push(...Object.entries(replicaCases(suite)));
  else {
    counts.skipped++;
    console.log('skip  Replicas: there is no haproxy (apt-get install haproxy)');
  }
  cases.push([
    'Console: no script failed, and the policy refused nothing',
    () => {
      if (suite.troubles.length > 0) throw new Error(suite.troubles.join('; '));
    },
  ]);
  try {
    for (const [title, act] of cases.filter(([title]) => title.toLowerCase().includes(word.toLowerCase()))) {
      try {
        await act();
        counts.passed++;
        console.log(`ok    ${title}`);
      } catch (error) {
        counts.failed++;
        console.log(`FAIL  ${title}: ${error.message}`);
      }
    }
  } finally {
    await suite.stop();
  }
  return counts;
}
