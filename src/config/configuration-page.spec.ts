import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { envExample, withSettings } from './configuration-page.js';
import { VARIABLE_GROUPS } from './environment.js';
import { readSettings } from './settings.js';
import { descriptionOf } from './variable.js';

const read = (path: string) => readFileSync(resolve(__dirname, '../..', path), 'utf8');
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const variables = VARIABLE_GROUPS.flatMap((group) => Object.entries(group.variables)).map(
  ([name, schema]) => ({ name, ...descriptionOf(schema) }),
);

describe('docs/configuration.md', () => {
  const page = read('docs/configuration.md');

  it('is what the schema says (npm run docs:configuration writes it)', () => {
    expect(page).toBe(withSettings(page));
  });

  it('has one heading for each setting', () => {
    expect(variables.length).toBeGreaterThan(40);
    const headings = [...page.matchAll(/^### `([A-Z_]+)`$/gm)].map(([, name]) => name);
    expect(headings).toEqual(variables.map(({ name }) => name));
  });

  it('keeps the text that was written around the settings', () => {
    const start = '<!-- prettier-ignore-start -->';
    const end = '<!-- prettier-ignore-end -->';
    const written = withSettings(`before\n${start}\nold\n${end}\nafter\n`);
    expect(written).toMatch(/^before\n/);
    expect(written).toMatch(/\nafter\n$/);
    expect(written).not.toContain('\nold\n');
    expect(() => withSettings('no place for it')).toThrow(/needs/);
  });
});

describe('.env.example', () => {
  it('is what the schema says (npm run docs:configuration writes it)', () => {
    expect(read('.env.example')).toBe(envExample());
  });

  it('sets nothing while its lines are comments', () => {
    expect(envExample().match(/^[^#\n].*/gm)).toBeNull();
  });

  it('names every setting with its default, or with an example where there is none', () => {
    const lines = [...envExample().matchAll(/^# ([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]);
    expect(lines).toEqual(
      variables.map(({ name, default: value, example }) => [
        name,
        expect.stringMatching(new RegExp(`^'?${escaped(value ?? example)}'?$`)),
      ]),
    );
  });
});

describe('The description of a setting', () => {
  it.each(variables)('gives an example and a default that the setting accepts: $name', (variable) => {
    const together: Record<string, string> = {
      TLS_CERT_FILE: 'cert.pem',
      TLS_KEY_FILE: 'key.pem',
      AUDIT_WEBHOOK_URL: 'https://example.com',
      ASSISTANT_BASE_URL: 'https://example.com/v1',
      ASSISTANT_MODEL: 'a-model',
      AUDIT_WEBHOOK_SECRET: 'sixteen characters',
      DATABASE_URL: 'postgres://service@db/bouncer',
      SECRETS_KEY: 'x'.repeat(32),
      GOOGLE_CLIENT_ID: 'google',
      GOOGLE_CLIENT_SECRET: 'secret',
      GITHUB_CLIENT_ID: 'github',
      GITHUB_CLIENT_SECRET: 'secret',
      OIDC_ISSUER: 'https://login.example.com',
      OIDC_CLIENT_ID: 'bouncer',
    };
    const { name, default: value } = variable;
    for (const given of [variable.example, value].filter((text) => text !== undefined)) {
      expect(() => readSettings({ ...together, [name]: given })).not.toThrow();
    }
    expect(readSettings({ [name]: value })).toEqual(readSettings({}));
  });

  it.each(variables)('is one or more whole sentences: $name', ({ description }) => {
    expect(description).toMatch(/^[A-Z`].*\.$/);
  });
});
