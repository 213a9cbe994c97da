import createClient, { type Middleware } from 'openapi-fetch';
import type { components, paths } from '../../../src/client/openapi';
import { chosenOrganization } from './organization';
import { Problem, problemOf } from './problem';
import { leaveFor, leaveForSignIn } from './sign-in';

/** The schemas of the OpenAPI document, such as `Schema<'ApiKey'>`. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

/** Sends the organisation along, and turns every refusal into a {@link Problem}. Without a session it leads to the sign-in. */
const asPerson: Middleware = {
  onRequest({ request }) {
    const organization = chosenOrganization();
    if (organization !== null) request.headers.set('organization', organization);
    return request;
  },
  async onResponse({ response }) {
    if (response.ok) return;
    const problem = await problemOf(response);
    if (problem.status === 401) leaveForSignIn();
    if (problem.code === 'mfa_required') leaveFor(String(problem.members.enrolAt));
    throw problem;
  },
  onError({ error }) {
    return error instanceof Problem ? error : new Problem(0, 'unreachable', String(error));
  },
};

/** The one client of the REST interface: typed by the service's own OpenAPI document, with the session cookie and no key. */
export const api = createClient<paths>({ baseUrl: location.origin });
api.use(asPerson);

/** Returns the data of an answer; every other answer is thrown as a {@link Problem}. */
export async function dataOf<T>(call: Promise<{ data?: T }>): Promise<T> {
  const { data } = await call;
  return data as T;
}

export interface Settled {
  replicas: number;
  waitedMs: number;
}

/** Reads which replicas know of a change, and how long that took. */
export function settledBy(response: Response): Settled | undefined {
  const [, replicas, waitedMs] =
    /replicas=(\d+), waited=([\d.]+)/.exec(response.headers.get('coherence') ?? '') ?? [];
  return replicas === undefined
    ? undefined
    : { replicas: Number(replicas), waitedMs: Math.round(Number(waitedMs)) };
}
