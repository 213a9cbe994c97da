import type { FastifyRequest } from 'fastify';
import type { Caller, CallerRequest } from '../../access/caller.js';
import { ServiceError } from '../../errors/service-error.js';

const FORM = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;

/** The members of a form, each given once. */
export type Form = Readonly<Record<string, string | undefined>>;

/** @throws ServiceError for a body that is no form, or that gives a member twice */
export function formOf(request: FastifyRequest): Form {
  if (!FORM.test(request.headers['content-type'] ?? ''))
    throw new ServiceError('unsupported_media_type', 'This page takes only what its own form sends');
  const text = (request.body as Buffer | undefined)?.toString('utf8') ?? '';
  return membersOf(new URLSearchParams(text));
}

/** @throws ServiceError for a query that gives a member twice */
export const queryOf = (request: FastifyRequest): Form =>
  membersOf(new URLSearchParams(request.url.split('?').slice(1).join('?')));

function membersOf(params: URLSearchParams): Form {
  const members: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of params) {
    if (members[name] !== undefined) throw new ServiceError('bad_request', 'A member is given twice');
    members[name] = value;
  }
  return members;
}

/** Returns the request of a form as the audit and the services know one. */
export const requestOfForm = (
  { id, ip, method, headers, url }: FastifyRequest,
  user: Caller,
): CallerRequest => ({ id, ip, method, url: url.split('?')[0]!, headers, user });
