import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { withClientSections } from './clients-page.js';
import { CLIENTS } from './clients.js';

describe('docs/clients.md', () => {
  const page = readFileSync(resolve(__dirname, '../../docs/clients.md'), 'utf8');

  it('says what the endpoint says: npm run docs:clients writes it', () => {
    expect(page).toBe(withClientSections(page));
  });

  it('has a section for each client', () => {
    for (const { title } of CLIENTS) expect(page).toContain(`\n## ${title}\n`);
  });

  it('says of each client how it connects without a key', () => {
    for (const { title } of CLIENTS) {
      const [, section] = page.split(`\n## ${title}\n`);
      expect(section!.split('\n## ', 1)[0]).toContain('\n### Without a key\n');
    }
  });

  it('keeps what people wrote around it', () => {
    const start = '<!-- prettier-ignore-start -->';
    const end = '<!-- prettier-ignore-end -->';
    const written = withClientSections(`before\n${start}\nold\n${end}\nafter\n`);
    expect(written).toMatch(/^before\n/);
    expect(written).toMatch(/\nafter\n$/);
    expect(written).not.toContain('\nold\n');
    expect(() => withClientSections('no place for it')).toThrow(/needs/);
  });
});
