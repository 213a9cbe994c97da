// Grows the active users. Each call comes from the next user, with that user's own key.
import { generateApiKey } from '../../dist/api-keys/key-format.js';
import { addKeys, addUsers } from '../harness/ours.mjs';
import { load, measure, tell, withOurs } from './curve.mjs';

export async function usersCurve(database, options) {
  const points = [];
  await withOurs(database, {}, async (ours) => {
    for (const size of options.users) {
      const keys = Array.from({ length: size }, () => generateApiKey('mcp'));
      await addKeys(database, await addUsers(database, size), keys);
      const job = { kind: 'call', era: 'legacy', connections: 16 };
      await load.run(ours.server, { ...job, keys, requests: size });
      const calls = await measure(ours, options, { keys });
      tell('users at once', size, calls, `${ours.server.residentMb.toFixed(0)} MB resident`);
      points.push({ size, ...calls, residentMb: ours.server.residentMb });
    }
  });
  return { points };
}
