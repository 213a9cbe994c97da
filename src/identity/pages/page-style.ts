import { createHash } from 'node:crypto';

/**
 * One style for all pages, in the page itself, with the look of the console (`console/src/style/tokens.css`). The policy of the pages
 * allows exactly this text.
 */
export const STYLE = `
:root{color-scheme:light dark;--text:#1a1d21;--back:#f6f7f9;--card:#fff;--soft:#555b63;--edge:#d9dde3;--line:#767d86;--act:#0b57d0;--on-act:#fff;--bad:#a50e0e;--bad-back:#fce8e6;--good:#0d652d;--good-back:#e6f4ea}
@media(prefers-color-scheme:dark){:root{--text:#e8eaed;--back:#17191c;--card:#1f2226;--soft:#b4b9c0;--edge:#363b42;--line:#8b929a;--act:#8ab4f8;--on-act:#10223d;--bad:#f6aea9;--bad-back:#3b1a18;--good:#81c995;--good-back:#17301f}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--text);font:.9375rem/1.5 system-ui,sans-serif}
main{max-width:26rem;margin:0 auto;padding:1.5rem 1rem 2rem}
@media(min-width:30rem){main{margin:4rem auto;padding:1.5rem 2rem 2rem;background:var(--card);border:1px solid var(--edge);border-radius:.5rem}}
h1{margin:.5rem 0 1rem;font-size:1.25rem;line-height:1.75rem;font-weight:600}
h2{margin-top:2rem;font-size:1rem;line-height:1.5rem;font-weight:600}
label{display:block;margin-top:1rem;font-weight:500}
input{width:100%;min-height:2.75rem;padding:.5rem .75rem;font:inherit;color:inherit;background:transparent;border:1px solid var(--line);border-radius:.5rem}
button,.way{display:block;width:100%;min-height:2.75rem;margin-top:1rem;padding:.5rem .75rem;font:inherit;font-weight:500;text-align:center;color:var(--on-act);background:var(--act);border:1px solid var(--act);border-radius:.5rem;cursor:pointer;text-decoration:none}
.way,.quiet{color:inherit;background:transparent;border-color:var(--line)}
a{color:var(--act)}
.way{color:inherit}
:focus-visible{outline:2px solid var(--act);outline-offset:2px}
.bad{color:var(--bad);background:var(--bad-back)}
.good{color:var(--good);background:var(--good-back)}
.bad,.good{padding:.5rem .75rem;border-radius:.5rem}
.qr{display:block;width:14rem;max-width:100%;margin:1rem auto}
code{font-family:ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere}
[hidden]{display:none}
.hint{margin:.25rem 0 0;color:var(--soft)}
fieldset{margin:1rem 0 0;padding:.25rem .75rem .75rem;border:1px solid var(--edge);border-radius:.5rem}
legend{padding:0 .25rem;font-weight:500}
select{width:100%;min-height:2.75rem;padding:.5rem .75rem;font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:.5rem}
.check{display:flex;gap:.75rem;align-items:flex-start;min-height:2.75rem;font-weight:400}
.check input{flex:none;width:1.25rem;min-height:1.25rem;accent-color:var(--act)}
.check code,.risk{color:var(--soft)}
ul{padding:0;list-style:none}
li{padding:.75rem 0;border-top:1px solid var(--edge);overflow-wrap:anywhere}
dt{color:var(--soft)}dd{margin:0 0 .5rem;overflow-wrap:anywhere}
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
