import type { FastifyRequest } from 'fastify';
import { namedClient } from './named-client.js';

/** Returns the members of a form, or of the JSON that some clients send in its place. */
export function formOf({ body, headers }: FastifyRequest): URLSearchParams {
  const text = (body as Buffer | undefined)?.toString('utf8') ?? '';
  if (!/^application\/json/i.test(headers['content-type'] ?? '')) return new URLSearchParams(text);
  try {
    const members = Object.entries(JSON.parse(text) as object);
    return new URLSearchParams(
      members.filter((member): member is [string, string] => typeof member[1] === 'string'),
    );
  } catch {
    return new URLSearchParams();
  }
}

export const clientIdOf = ({ headers }: FastifyRequest, form: URLSearchParams): string | undefined =>
  namedClient(headers.authorization, Object.fromEntries(form));
