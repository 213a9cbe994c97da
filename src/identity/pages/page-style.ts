import { createHash } from 'node:crypto';

/** One style for all pages, in the page itself. The policy of the pages allows exactly this text. */
export const STYLE = `
:root{color-scheme:light dark;--text:#1a1d21;--back:#fff;--soft:#555b63;--line:#767d86;--act:#0b57d0;--on-act:#fff;--bad:#a50e0e;--good:#0d652d}
@media(prefers-color-scheme:dark){:root{--text:#e8eaed;--back:#17191c;--soft:#b4b9c0;--line:#8b929a;--act:#8ab4f8;--on-act:#10223d;--bad:#f6aea9;--good:#81c995}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--text);font:1rem/1.5 system-ui,sans-serif}
main{max-width:28rem;margin:0 auto;padding:2rem 1rem}
h1{font-size:1.5rem;line-height:1.25}
h2{font-size:1.15rem;margin-top:2rem}
label{display:block;margin-top:1rem;font-weight:600}
input{width:100%;min-height:2.75rem;padding:.5rem .75rem;font:inherit;color:inherit;background:transparent;border:1px solid var(--line);border-radius:.375rem}
button,.way{display:block;width:100%;min-height:2.75rem;margin-top:1rem;padding:.5rem .75rem;font:inherit;font-weight:600;text-align:center;color:var(--on-act);background:var(--act);border:1px solid var(--act);border-radius:.375rem;cursor:pointer;text-decoration:none}
.way,.quiet{color:var(--act);background:transparent}
a{color:var(--act)}
:focus-visible{outline:3px solid var(--act);outline-offset:2px}
.bad{color:var(--bad)}
.good{color:var(--good)}
.bad,.good{padding:.5rem .75rem;border:1px solid;border-radius:.375rem}
.qr{display:block;width:14rem;max-width:100%;margin:1rem auto}
code{overflow-wrap:anywhere}
[hidden]{display:none}
.hint{margin:.25rem 0 0;color:var(--soft);font-size:.9rem}
fieldset{margin:1rem 0 0;padding:.25rem .75rem .75rem;border:1px solid var(--line);border-radius:.375rem}
legend{padding:0 .25rem;font-weight:600}
select{width:100%;min-height:2.75rem;padding:.5rem .75rem;font:inherit;color:inherit;background:var(--back);border:1px solid var(--line);border-radius:.375rem}
.check{display:flex;gap:.75rem;align-items:flex-start;min-height:2.75rem;font-weight:400}
.check input{flex:none;width:1.5rem;min-height:1.5rem;accent-color:var(--act)}
.check code,.risk{color:var(--soft);font-size:.9rem}
ul{padding:0;list-style:none}
li{padding:.75rem 0;border-top:1px solid var(--line);overflow-wrap:anywhere}
dt{font-weight:600}dd{margin:0 0 .5rem;overflow-wrap:anywhere}
`;

const STYLE_DIGEST = createHash('sha256').update(STYLE).digest('base64');

/** @param formTargets where the answer to a form of the page may lead, beside the service itself */
const policyOf = (more: readonly string[] = [], formTargets: readonly string[] = []): string =>
  [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_DIGEST}'`,
    ...more,
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');

/**
 * The headers of every page. With the policy `no-referrer`, browsers send the form of a page with `Origin: null`; by
 * `same-origin` they tell no other site the address, which may hold a one-time link, and this one the origin.
 */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': policyOf(),
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'same-origin',
  'X-Frame-Options': 'DENY',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'X-Robots-Tag': 'noindex',
};

/** The headers of a page with passkeys, whose script is a file of the service and asks the service alone. */
export const PASSKEY_PAGE_HEADERS: Readonly<Record<string, string>> = {
  ...PAGE_HEADERS,
  'Content-Security-Policy': policyOf(["script-src 'self'", "connect-src 'self'"]),
};

/**
 * Returns the headers of a page whose form may lead to another place in the end. Browsers hold a redirect to the policy of the page
 * that the form was on.
 */
export const headersLeadingTo = (target: string): Readonly<Record<string, string>> => ({
  ...PAGE_HEADERS,
  'Content-Security-Policy': policyOf([], [target]),
});
