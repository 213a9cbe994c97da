import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const folder = resolve(__dirname, '../console/src/language');
const LANGUAGES = ['en', 'de'];

type Texts = { [key: string]: string | Texts };

/** Returns the texts by their whole keys, such as `usage.title`. */
const flat = (texts: Texts, path = ''): [string, string][] =>
  Object.entries(texts).flatMap(([key, text]) =>
    typeof text === 'string' ? [[path + key, text]] : flat(text, `${path}${key}.`),
  );
const textsOf = (language: string, file: string) =>
  new Map(flat(JSON.parse(readFileSync(join(folder, language, file), 'utf8')) as Texts));
const placeholders = (text: string | undefined) =>
  [...(text ?? '').matchAll(/\{\{(\w+(?:, number)?)\}\}/g)].map(([, name]) => name!).sort();

const files = readdirSync(join(folder, 'en'));

describe('The texts of the console', () => {
  it('are in the same files in each language', () => {
    for (const language of LANGUAGES) expect(readdirSync(join(folder, language))).toEqual(files);
  });

  it.each(files)('have the same keys and placeholders in each language, and none is empty: %s', (file) => {
    const english = textsOf('en', file);
    const german = textsOf('de', file);
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [key, text] of english) {
      expect([key, text.trim(), german.get(key)!.trim()]).not.toContain('');
      expect([key, placeholders(german.get(key))]).toEqual([key, placeholders(text)]);
    }
  });

  it('are known to the compiler, screen by screen', () => {
    const types = readFileSync(join(folder, 'texts.d.ts'), 'utf8');
    for (const file of files) expect(types).toContain(`'./en/${file}'`);
  });
});
