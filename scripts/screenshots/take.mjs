// npm run docs:screenshots: pictures of the console for README.md and docs/console.md, of a running service with a sample company in it.
// `-- keys` takes those with that word in their name.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ConsoleSuite } from '../../test/browser/console/suite.mjs';
import { Server } from '../../test/faults/server.mjs';
import { makeCompany } from './sample-company.mjs';
import { insertDay } from './sample-day.mjs';

const FOLDER = fileURLToPath(new URL('../../docs/images', import.meta.url));
const QUESTION = 'How many days a year may I work from abroad?';
const chromium =
  process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));
if (chromium === undefined) throw new Error('No Chromium: apt-get install chromium, or set CHROMIUM');
const word = process.argv[2] ?? '';

const database = await Server.start();
const { url: DATABASE_URL, ownerUrl: MIGRATION_DATABASE_URL } = database.urls;
const suite = await ConsoleSuite.start(chromium, { DATABASE_URL, MIGRATION_DATABASE_URL });
try {
  const { keys } = await makeCompany(suite);
  await insertDay((sql, values) => database.query(sql, values), keys);
  for (const { apiKey } of keys.filter(({ name }) => name !== 'Import of last year'))
    await suite.call(apiKey, 'documents_search', { query: 'travel' });
  const [laptop] = keys;
  const deletion = { id: '01890000-0000-7000-8000-000000000000' };
  await suite.call(laptop.apiKey, 'documents_delete', deletion);
  const page = await suite.signIn('/console/audit');
  const refused = page.getByRole('row', { name: /documents_delete.*insufficient_scope/ });
  await suite.reloadUntil(page, refused);
  const [{ id: row }] = await database.query(
    `SELECT id FROM audit_events WHERE tool = 'documents_delete' ORDER BY id DESC LIMIT 1`,
  );
  /** The address of each picture, and what is there when all is drawn. */
  const pictures = {
    overview: { path: '', drawn: () => page.getByRole('figure', { name: /^Median/ }).locator('canvas') },
    keys: { path: '/keys', drawn: () => page.getByRole('row', { name: /Laptop of Ben/ }) },
    key: {
      path: `/keys/${laptop.id}`,
      drawn: () => page.getByRole('dialog').getByRole('heading', { name: 'What it can do' }),
    },
    agents: { path: '/agents', drawn: () => page.getByText('Support assistant') },
    tools: { path: '/tools', drawn: () => page.getByRole('row', { name: /documents_delete/ }) },
    people: { path: '/people', drawn: () => page.getByRole('row', { name: /Chiara Rossi/ }) },
    audit: { path: `/audit/${row}`, drawn: () => page.getByRole('dialog').getByText('Ben Ortega') },
    assistant: {
      path: '/assistant',
      drawn: async () => {
        await page.getByRole('textbox').fill(QUESTION);
        await page.keyboard.press('Enter');
        return page.locator('[data-answer]').getByText('30 days');
      },
    },
    documents: { path: '/documents', drawn: () => page.getByRole('row', { name: /Travel policy/ }) },
    settings: { path: '/settings', drawn: () => page.getByRole('heading', { name: 'Settings' }) },
  };
  for (const [name, { path, drawn }] of Object.entries(pictures).filter(([name]) => name.includes(word))) {
    await page.goto(`/console${path}`);
    await (await drawn()).first().waitFor();
    await page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => undefined);
    await page.screenshot({ path: `${FOLDER}/${name}.png`, animations: 'disabled' });
    console.log(`docs/images/${name}.png`);
  }
} finally {
  await suite.stop();
  await database.end();
}
