import type { FastifyReply } from 'fastify';
import { OTHER_FAILURE, textOf } from './page-texts.js';

/** Why the library refused what a form asked for. */
export interface Refusal {
  status: number;
  code?: string;
  text: string;
}

/** @returns nothing where it did what was asked */
export async function refusalIn(answer: Response): Promise<Refusal | undefined> {
  if (answer.status < 400) return undefined;
  const { code, message } = (await answer
    .clone()
    .json()
    .catch(() => ({}))) as { code?: unknown; message?: unknown };
  const text = typeof code === 'string' ? textOf(code) : undefined;
  return {
    status: answer.status,
    text: text ?? (typeof message === 'string' ? message : OTHER_FAILURE),
    ...(typeof code === 'string' && { code: code.toLowerCase() }),
  };
}

/** Passes the cookies on that the library sets. */
export function passCookies(reply: FastifyReply, answer: Response): void {
  const cookies = answer.headers.getSetCookie();
  if (cookies.length > 0) reply.header('set-cookie', cookies);
}
