import { isIP } from 'node:net';
import * as z from 'zod';
import { DEFAULT_DENIED, MAX_PATTERNS, parseResourcePattern } from './resource-pattern.js';
import { shaped } from './variable.js';

/** @param unit what is counted, as in `integer(1, 600, 'seconds')` */
export const integer = (min: number, max = Number.MAX_SAFE_INTEGER, unit?: string) => {
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  const error = `must be a whole number ${range}`;
  const schema = z
    .string()
    .regex(/^\d{1,16}$/, error)
    .transform(Number)
    .pipe(z.number().min(min, error).max(max, error));
  return shaped(
    unit === undefined ? `a whole number ${range}` : `a whole number of ${unit}, ${range}`,
    schema,
  );
};

export const flag = shaped('`true` or `false`', z.stringbool({ error: 'must be true or false' }));

export const choice = <const T extends readonly [string, ...string[]]>(...values: T) => {
  const [last, ...others] = values.toReversed();
  const words = (quoted: (value: string) => string) =>
    `${others.toReversed().map(quoted).join(', ')} or ${quoted(last!)}`;
  return shaped(
    words((value) => `\`${value}\``),
    z.enum(values, { error: `must be ${words((value) => value)}` }),
  );
};

export const days = (min: number) =>
  shaped(
    `a whole number of days, from ${min} to 36500, or \`never\``,
    z.union([z.literal('never').transform(() => null), integer(min, 36_500)], {
      error: `must be a number of days from ${min} to 36500, or "never"`,
    }),
  );

export const filePath = shaped('the path of a file', z.string());

export const httpUrl = shaped(
  'an `http://` or `https://` URL',
  z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }),
);

export const postgresUrl = shaped(
  'a `postgres://` URL',
  z.string().regex(/^postgres(ql)?:\/\/./, 'must be a postgres:// URL'),
);

/** Items by comma, at least one. */
const list = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  )
  .refine((items) => items.length > 0, 'must name at least one');

const MAX_WAIT_SECONDS = 3_600;
const MAX_WAITS = 10;

export const waits = shaped(
  `at most ${MAX_WAITS} whole numbers of seconds, each from 0 to ${MAX_WAIT_SECONDS}, separated by commas`,
  list
    .refine(
      (items) =>
        items.length <= MAX_WAITS &&
        items.every((item) => /^\d{1,4}$/.test(item) && Number(item) <= MAX_WAIT_SECONDS),
      `must be at most ${MAX_WAITS} whole numbers of seconds from 0 to ${MAX_WAIT_SECONDS}, by comma`,
    )
    .transform((items) => items.map(Number)),
);

const HOST_NAME = /^(?:[a-z0-9-]+\.)*[a-z0-9-]+$|^\[[0-9a-f:.]+\]$/i;

export const hostNames = shaped(
  'host names without scheme and port, separated by commas',
  list.refine(
    (items) => items.every((item) => HOST_NAME.test(item)),
    'must be host names without scheme and port, by comma',
  ),
);

export const DOMAIN = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/;

const domainList = list
  .transform((items) => items.map((item) => item.toLowerCase()))
  .refine(
    (items) => items.every((item) => DOMAIN.test(item)),
    'must be domains such as example.com by comma',
  );

export const domains = shaped('domains, separated by commas', domainList);

/** Plain HTTP would let whoever is between choose who signs in. This machine is trusted, for development. */
export const oidcIssuer = shaped(
  'an `https://` URL, or an `http://` URL of this machine',
  z
    .url({ protocol: /^https?$/, error: 'must be an https URL' })
    .refine(
      (text) => !/[?#]/.test(text) && /^(https:|http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/]?)/.test(text),
      'must be an https URL without a query',
    ),
);

export const SCOPE_NAME = /^[a-z][a-z0-9_-]*(:(\*|[a-z][a-z0-9_-]*))?$/;

export const scopeList = shaped(
  'scopes, separated by spaces',
  z
    .string()
    .transform((text) => text.split(/\s+/).filter(Boolean))
    .refine(
      (names) => names.length > 0 && names.every((name) => SCOPE_NAME.test(name)),
      'must be scopes such as documents:read, by spaces',
    ),
);

/** Who may make an account: `closed`, `open`, or the domains of addresses. */
export const signUp = shaped(
  '`closed`, `open`, or the domains of e-mail addresses, separated by commas',
  z.union(
    [
      z.enum(['closed', 'open']),
      list
        .transform((items) => items.map((item) => item.toLowerCase()))
        .refine((items) => items.every((item) => DOMAIN.test(item))),
    ],
    { error: 'must be closed, open, or domains such as example.com by comma' },
  ),
);

/** An address, a CIDR block, or one of the names that Fastify knows for the private ranges. */
function isProxy(text: string): boolean {
  const [, address = '', bits] = /^([^/]+)(?:\/(\d+))?$/.exec(text) ?? [];
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const version = isIP(address);
  return version !== 0 && (bits === undefined || Number(bits) <= (version === 6 ? 128 : 32));
}

export const proxies = shaped(
  'IP addresses or CIDR blocks, separated by commas; `loopback`, `linklocal` and `uniquelocal` name the private ranges',
  list.refine((items) => items.every(isProxy), 'must be addresses or CIDR blocks, by comma'),
);

/** `defaults` stands for the default patterns, so that they need not be repeated to be added to. */
export const resourcePatterns = shaped(
  `at most ${MAX_PATTERNS} patterns, separated by commas, each \`kind\`, \`kind:*\` or \`kind:id\`; \`defaults\`; or \`none\``,
  z.string().transform((text, context) => {
    const items = text.trim() === 'none' ? [] : text.split(',').map((item) => item.trim());
    const texts = [...new Set(items.flatMap((item) => (item === 'defaults' ? DEFAULT_DENIED : [item])))];
    const patterns = texts.filter(Boolean).map(parseResourcePattern);
    if (patterns.length <= MAX_PATTERNS && patterns.every((pattern) => pattern !== undefined))
      return patterns;
    const message = `must be at most ${MAX_PATTERNS} patterns by comma, each kind, kind:* or kind:id with * for any characters; "defaults"; or "none"`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }),
);

const SENDER = /^(?=.{3,320}$)(?:[^\s@<>,;"]+@[^\s@<>,;"]+|[^\0@<>,;"]+ <[^\s@<>,;"]+@[^\s@<>,;"]+>)$/;

export const sender = shaped(
  'an e-mail address, or a name and `<an address>`',
  z.string().trim().regex(SENDER, 'must be an e-mail address, or a name and <an address>'),
);
