import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CLIENTS } from '../src/client-config/clients.js';
import { endpointWarnings } from '../src/client-config/endpoint-warnings.js';
import { TestService } from './support/test-service.js';

interface Said {
  scopes: Record<string, string>;
  sentences: Record<string, string>;
}
const file = resolve(__dirname, '../console/src/language/said/de.json');
const said = JSON.parse(readFileSync(file, 'utf8')) as Said;
const ENDPOINT = 'http://bouncer.example.com/mcp';

describe('What the service says in English', () => {
  let scopes: { scope: string; use: string }[];

  beforeAll(async () => {
    const service = await TestService.start();
    scopes = (await service.request('GET', '/api/scopes', { key: service.adminKey })).body.scopes;
    await service.stop();
  });

  it('of each of its scopes has German words in the console, and of no other', () => {
    expect(Object.keys(said.scopes).sort()).toEqual(scopes.map(({ scope }) => scope).sort());
  });

  it('of the use of scopes and the set-up of clients has German sentences, and no other has', () => {
    const ofScopes = scopes.flatMap(({ use }) => use.split(/(?<=\.) /));
    const ofClients = CLIENTS.flatMap(({ settings }) => {
      const { steps, commands, notes } = settings(ENDPOINT);
      return [...steps, ...commands.map(({ purpose }) => purpose), ...notes];
    });
    const warnings = endpointWarnings(ENDPOINT, {
      publicUrl: undefined,
      host: '0.0.0.0',
      trustProxy: undefined,
    });
    const all = new Set([...ofScopes, ...ofClients, ...warnings]);
    expect(Object.keys(said.sentences).sort()).toEqual([...all].sort());
  });

  it('keeps what stands between backticks', () => {
    const code = (text: string) => text.match(/`[^`]+`/g) ?? [];
    for (const [english, german] of Object.entries(said.sentences))
      expect([english, code(german).sort()]).toEqual([english, code(english).sort()]);
  });
});
