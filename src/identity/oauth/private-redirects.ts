import type { DataSource } from 'typeorm';
import { KNOWN_PRIVATE_REDIRECTS } from '../../oauth/redirect-uris.js';

const KNOWN = [...KNOWN_PRIVATE_REDIRECTS];
/** What the library sees in place of a known redirect that it would refuse. Nobody has this scheme. */
const STAND_IN = /^private-redirect\.invalid:\/(\d{1,3})$/;

/** Replaces known redirects of a client that registers, so that the library takes it. */
export function standIn(uris: readonly unknown[]): unknown[] {
  return uris.map((uri) => {
    const index = KNOWN.findIndex((known) => known === uri);
    return index === -1 ? uri : `private-redirect.invalid:/${index}`;
  });
}

/** Gives a client that has registered its own redirects back, in the row and in the answer. Until then it has no id to use. */
export async function withOwnRedirects(answer: Response, dataSource: DataSource): Promise<Response> {
  if (answer.status >= 400) return answer;
  const client = (await answer.clone().json()) as { client_id: string; redirect_uris?: string[] };
  const { client_id: clientId, redirect_uris: uris = [] } = client;
  const own = uris.map((uri) => KNOWN[Number(STAND_IN.exec(uri)?.[1] ?? NaN)] ?? uri);
  if (own.every((uri, index) => uri === uris[index])) return answer;
  await dataSource.query('UPDATE oauth_clients SET redirect_uris = $2::jsonb WHERE client_id = $1', [
    clientId,
    JSON.stringify(own),
  ]);
  const { status, headers } = answer;
  return new Response(JSON.stringify({ ...client, redirect_uris: own }), { status, headers });
}
