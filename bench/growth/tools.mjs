// Grows the registered tools and measures calls of one, and the list of all.
import { measure, tell, withOurs } from './curve.mjs';

export async function toolsCurve(database, options) {
  const points = [];
  for (const size of options.tools) {
    const env = { TOOLS: String(size), MCP_PAGE_SIZE: '1000' };
    await withOurs(database, env, async (ours, { key }) => {
      const calls = await measure(ours, options, { keys: [key] });
      tell('tools, call', size, calls);
      const list = await measure(ours, options, { keys: [key], kind: 'list' });
      tell('tools, list', size, list);
      points.push({ size, ...calls, list });
    });
  }
  return { points };
}
