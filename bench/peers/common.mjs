// Contains what all peers share: the tool, the key, and how they announce where they listen.
import { createHash } from 'node:crypto';
import * as z from 'zod';

export const INFO = { name: 'bench', version: '1.0.0' };
export const SCOPE = 'bench:read';
const DESCRIPTION = 'Says what it is told';
const EchoInput = z.object({ text: z.string() });
export const echo = ({ text }) => ({ content: [{ type: 'text', text }] });

/** Builds a schema such as real tools have. */
const searchInput = () =>
  z.object({
    query: z.string().min(1).max(500).describe('The words to look for'),
    limit: z.int().min(1).max(100).default(10).describe('How many results at most'),
    cursor: z.string().optional().describe('Where the page before ended'),
    sort: z.enum(['relevance', 'newest', 'oldest']).default('relevance').describe('What comes first'),
    tags: z.array(z.string().max(50)).max(20).optional().describe('Only what has all of these'),
    created: z
      .object({ from: z.iso.datetime().optional(), to: z.iso.datetime().optional() })
      .optional()
      .describe('Only what was made in this time'),
  });

/**
 * `echo`, and as many other tools as TOOLS says. Each schema is made once; a peer that rebuilds it per request does
 * so itself.
 */
export const TOOLS = Array.from({ length: Number(process.env.TOOLS ?? 1) }, (_, index) =>
  index === 0
    ? { name: 'echo', description: DESCRIPTION, input: EchoInput }
    : { name: `search_${index}`, description: `Searches the collection ${index}`, input: searchInput() },
);

export const sha256 = (text) => createHash('sha256').update(text).digest('hex');

/** The known keys by their SHA-256, as the tutorials keep them. */
export const KEYS = new Map([
  [sha256(process.env.BENCH_KEY ?? ''), { id: 'user-1', name: 'Bench', scopes: [SCOPE] }],
]);

/** Returns the key in `Authorization: Bearer` or `X-API-Key`. */
export const keyOf = ({ authorization, 'x-api-key': key }) => key ?? authorization?.replace(/^Bearer /, '');

export const callerOf = (headers) => {
  const key = keyOf(headers);
  return key === undefined ? undefined : KEYS.get(sha256(key));
};

/** Prints where the server listens. @param server a `node:http` server that listens, or is about to */
export function announce(server) {
  const tell = () => process.stdout.write(`Serves http://127.0.0.1:${server.address().port}/mcp\n`);
  if (server.listening) tell();
  else server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', tell);
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(0));
}
