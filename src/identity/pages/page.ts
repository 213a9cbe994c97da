import type { FastifyReply } from 'fastify';
import { Html, html } from './html.js';
import { PASSKEY_SCRIPT_TAG } from './passkeys/passkey-script.js';
import { headersLeadingTo, PAGE_HEADERS, PASSKEY_PAGE_HEADERS, STYLE } from './page-style.js';

/** A page before it has its frame. */
export interface Page {
  title: string;
  /** What the page begins with; the title where it is left out. */
  heading?: Html;
  /** What went wrong with what the person sent. */
  error?: string | undefined;
  /** What the person has just done. */
  notice?: string | undefined;
  content: Html;
  /** Whether it has controls of passkeys, which need a script. */
  hasPasskeys?: boolean;
  /** Where the answer to its form may lead, beside the service itself: an origin, or a scheme with a colon. */
  leadsTo?: string | undefined;
}

// The text has no characters that HTML would escape but those of CSS.
const STYLE_TAG = new Html(`<style>${STYLE}</style>`);

/** Answers with a page. */
export async function sendPage(
  reply: FastifyReply,
  service: string,
  { title, heading, error, notice, content, hasPasskeys, leadsTo }: Page,
  status = 200,
): Promise<FastifyReply> {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${error === undefined ? '' : 'Error: '}${title} - ${service}</title>
        ${STYLE_TAG} ${hasPasskeys ? PASSKEY_SCRIPT_TAG : undefined}
      </head>
      <body>
        <main>
          <h1>${heading ?? title}</h1>
          ${error === undefined ? undefined : html`<p class="bad" role="alert">${error}</p>`}
          ${notice === undefined ? undefined : html`<p class="good" role="status">${notice}</p>`} ${content}
        </main>
      </body>
    </html> `;
  return reply
    .code(status)
    .headers(
      leadsTo !== undefined ? headersLeadingTo(leadsTo) : hasPasskeys ? PASSKEY_PAGE_HEADERS : PAGE_HEADERS,
    )
    .type('text/html; charset=utf-8')
    .send(page.text);
}

/** Leads a browser on after a form, by a request that changes nothing when it is repeated. */
export const sendOn = (reply: FastifyReply, location: string): FastifyReply =>
  reply.code(303).headers(PAGE_HEADERS).header('Location', location).send();
