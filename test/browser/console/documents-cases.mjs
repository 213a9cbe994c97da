import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Server } from '../../faults/server.mjs';
import { expectEqual } from './suite.mjs';

const BOUNCER = ['dist/cli/bouncer.js', 'documents', 'import', '--user', 'admin@localhost'];

const file = (name, text, mimeType = 'text/markdown') => ({ name, mimeType, buffer: Buffer.from(text) });

/** A person fills the library, and looks after what is in it. */
export function documentsCases(suite) {
  const found = async (query) =>
    (await suite.request('POST', '/api/documents/search', { query })).body.results.map(({ title }) => title);

  return {
    'Documents: one is written, found by its words, and opened by its address': async () => {
      const page = await suite.signIn('/console/documents');
      await page.getByRole('link', { name: 'Write document' }).first().click();
      await page.getByLabel('Title').fill('Rules for trains');
      await page.getByLabel('Text').fill('# Trains\n\nTrains within the country are paid by marmalade.');
      await suite.expectAccessible(page);
      await page.getByRole('button', { name: 'Save document' }).click();
      const sheet = page.getByRole('dialog', { name: 'Rules for trains' });
      await sheet.getByText('are paid by marmalade').waitFor();
      await suite.expectAccessible(page);
      await page.keyboard.press('Escape');
      await sheet.waitFor({ state: 'detached' });
      expectEqual(await found('marmalade'), ['Rules for trains']);
      await page.keyboard.press('/');
      await page.keyboard.type('marmalade');
      await page.waitForURL('**/console/documents?q=marmalade');
      await page.getByRole('row', { name: /paid by marmalade/ }).waitFor();
      await suite.expectAccessible(page);
      await page.getByRole('searchbox').fill('xylofant');
      await page.getByText(/No document .* has anything for "xylofant"/).waitFor();
      await page.context().close();
    },
    'Documents: files are uploaded, each with its outcome': async () => {
      const page = await suite.signIn('/console/documents');
      await page.getByRole('table').waitFor();
      await page
        .getByLabel('Files to upload')
        .setInputFiles([
          file('bees.md', '# Bees\n\nBees make honey of quincewood.'),
          file('wasps.txt', 'Wasps make paper of quincewood.', 'text/plain'),
          file('virus.exe', 'MZ\u0000\u0001', 'application/octet-stream'),
        ]);
      await page.getByText('2 of 3 files are documents, 1 refused.').waitFor();
      await page
        .getByRole('listitem')
        .filter({ hasText: 'virus.exe' })
        .getByText('unsupported_document_format')
        .waitFor();
      expectEqual((await found('quincewood')).length, 2);
      await suite.expectAccessible(page);
      await page.getByRole('listitem').getByRole('link', { name: 'bees.md' }).click();
      await page.getByRole('dialog', { name: 'Bees' }).getByText('Bees make honey of quincewood.').waitFor();
      await page.context().close();
    },
    'Documents: one is changed, and the former text comes back by undo': async () => {
      const page = await suite.signIn('/console/documents?q=marmalade');
      await page.getByRole('link', { name: 'Rules for trains' }).click();
      await page.getByRole('button', { name: 'Change' }).click();
      await page.getByLabel('Text', { exact: true }).fill('Trains are paid by gingerbread.');
      await suite.expectAccessible(page);
      await page.getByRole('button', { name: 'Save document' }).click();
      await page.getByText('Changed. Searches find the new text.').waitFor();
      expectEqual(await found('gingerbread'), ['Rules for trains']);
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByRole('dialog').getByText('paid by marmalade').waitFor();
      expectEqual(await found('gingerbread'), []);
      await page.context().close();
    },
    'Documents: one is shared with a team, and not any more': async () => {
      const { body: team } = await suite.request('POST', '/api/teams', { name: 'Field service' });
      const page = await suite.signIn('/console/documents?q=marmalade');
      await page.getByRole('link', { name: 'Rules for trains' }).click();
      const shares = async () => {
        const [{ id }] = (await suite.request('POST', '/api/documents/search', { query: 'marmalade' })).body
          .results;
        return (await suite.request('GET', `/api/documents/${id}/shares`)).body.shares.map(
          ({ teamId, role }) => [teamId, role],
        );
      };
      await page.getByLabel('Team', { exact: true }).selectOption({ label: 'Field service' });
      await page.getByLabel('Its members').selectOption('editor');
      await page.getByRole('button', { name: 'Share', exact: true }).click();
      const end = page.getByRole('button', { name: 'Stop sharing with Field service' });
      await end.waitFor();
      expectEqual(await shares(), [[team.id, 'editor']]);
      await suite.expectAccessible(page);
      await end.click();
      await page.getByText('No team. Only you find and read it.').waitFor();
      expectEqual(await shares(), []);
      await page.context().close();
    },
    'Documents: one is deleted by its title, on a telephone as well': async () => {
      const page = await suite.signIn('/console/documents?q=marmalade', { width: 390, height: 844 });
      await page.getByRole('link', { name: 'Rules for trains' }).click();
      await page.getByRole('button', { name: 'Delete' }).click();
      const asked = page.getByRole('dialog', { name: 'Delete Rules for trains' });
      await suite.expectAccessible(page);
      await asked.getByLabel('Type Rules for trains to go on').fill('Rules for trains');
      await asked.getByRole('button', { name: 'Delete' }).click();
      await page.getByText('Deleted Rules for trains.').waitFor();
      expectEqual(await found('marmalade'), []);
      await page.getByText(/No document .* has anything for "marmalade"/).waitFor();
      expectEqual(await page.evaluate(() => document.documentElement.scrollWidth), 390);
      await page.context().close();
    },
    'Documents: synonyms are kept line by line, found by searches, and come back by undo': async () => {
      const kept = async () => (await suite.request('GET', '/api/documents/synonyms')).body.groups;
      const { body: deck } = await suite.request('POST', '/api/documents', {
        title: 'How a deck is made',
        content: 'A deck has ten pages.',
      });
      const page = await suite.signIn('/console/documents');
      await page.getByRole('link', { name: 'Synonyms' }).click();
      await page.getByText('No synonyms are kept yet.').waitFor();
      await suite.expectAccessible(page);
      await page.getByRole('button', { name: 'Add group' }).click();
      await page.getByLabel('Group 1', { exact: true }).fill('deck, slide show');
      await page.getByRole('button', { name: 'Save synonyms' }).click();
      await page.getByRole('listitem').filter({ hasText: 'groups: "slide show" is not one word' }).waitFor();
      await suite.expectAccessible(page);
      await page.getByLabel('Group 1', { exact: true }).fill('deck, zlidez');
      await page.getByRole('button', { name: 'Add group' }).click();
      await page.keyboard.type('480,000, lakh');
      await page.keyboard.press('Enter');
      await page.getByText('Searches find the other words of a group as well from now on.').waitFor();
      const both = [
        ['deck', 'zlidez'],
        ['480,000', 'lakh'],
      ];
      expectEqual(await kept(), both);
      expectEqual(await found('zlidez'), ['How a deck is made']);
      await page.getByRole('button', { name: 'Remove group 2' }).click();
      expectEqual(
        await page.getByRole('button', { name: 'Add group' }).evaluate((it) => it === document.activeElement),
        true,
      );
      await page.getByRole('button', { name: 'Remove group 1' }).click();
      await page.getByRole('button', { name: 'Save synonyms' }).click();
      const emptied = page.locator('[data-toasts] > div').filter({ hasText: 'Removed. Searches find' });
      await emptied.waitFor();
      expectEqual(await kept(), []);
      expectEqual(await found('zlidez'), []);
      await emptied.getByRole('button', { name: 'Undo' }).click();
      await page.getByRole('button', { name: 'Remove group 2' }).waitFor();
      expectEqual(await kept(), both);
      await page.context().close();
      await suite.request('PUT', '/api/documents/synonyms', { groups: [['deck', 'zlidez']] });
      const email = 'reader@example.com';
      await suite.request('POST', '/api/users', { name: 'Reader', email });
      await suite.choosePasswordOf(email);
      const theirs = await suite.signIn('/console/documents/synonyms', { email, width: 390, height: 844 });
      await theirs.getByText('deck, zlidez').waitFor();
      await theirs.getByText('Administrators of the service change them.').waitFor();
      expectEqual(await theirs.getByRole('button', { name: 'Add group' }).count(), 0);
      await suite.expectAccessible(theirs);
      expectEqual(await theirs.evaluate(() => document.documentElement.scrollWidth), 390);
      await theirs.context().close();
      await suite.request('PUT', '/api/documents/synonyms', { groups: [] });
      await suite.request('DELETE', `/api/documents/${deck.id}`);
    },
    'Documents: an imported folder is shared with a team, its role is changed, and its end is undone':
      async () => {
        const database = await Server.start();
        const { url: DATABASE_URL, ownerUrl: MIGRATION_DATABASE_URL } = database.urls;
        const folder = await mkdtemp(join(tmpdir(), 'folder-'));
        const env = { ...process.env, DATABASE_URL, MIGRATION_DATABASE_URL };
        const there = await suite.beside({ DATABASE_URL, MIGRATION_DATABASE_URL });
        const shared = async () =>
          (await there.request('GET', '/api/documents/sources/shares')).body.shares.map(
            ({ source, team, role, documents }) => [source, team, role, documents],
          );
        try {
          await writeFile(join(folder, 'bees.md'), '# Bees\n\nBees make honey.');
          await promisify(execFile)('node', [...BOUNCER, '--source', 'handbook', folder], { env });
          await there.request('POST', '/api/teams', { name: 'Field service' });
          const page = await there.signIn('/console/documents');
          await page.getByRole('link', { name: 'Shared folders' }).click();
          await page.getByText('No folder of yours is shared.').waitFor();
          await page.getByLabel('Folder').fill('handbuch');
          const share = page.getByRole('button', { name: 'Share', exact: true });
          await share.click();
          await page.getByRole('alert').getByText('not_found').waitFor();
          await there.expectAccessible(page);
          await page.getByLabel('Folder').fill('handbook');
          await share.click();
          await page.getByText('The members of Field service find 1 document of handbook').waitFor();
          expectEqual(await shared(), [['handbook', 'Field service', 'reader', 1]]);
          await page.getByLabel('Members of Field service, documents of handbook').selectOption('editor');
          await page.getByText('may change the documents of handbook from now on').waitFor();
          expectEqual(await shared(), [['handbook', 'Field service', 'editor', 1]]);
          await there.expectAccessible(page);
          await page.getByRole('button', { name: 'Stop sharing handbook with Field service' }).click();
          const ended = page.locator('[data-toasts] > div').filter({ hasText: 'find no document of' });
          await page.getByText('No folder of yours is shared.').waitFor();
          expectEqual(await shared(), []);
          await ended.getByRole('button', { name: 'Undo' }).click();
          await page.getByText('with Field service, 1 document').waitFor();
          expectEqual(await shared(), [['handbook', 'Field service', 'editor', 1]]);
          await page.goto('/console/documents');
          await page.getByRole('link', { name: 'Bees' }).click();
          await page.getByRole('link', { name: 'with the folder handbook' }).click();
          await page.getByText('with Field service, 1 document').waitFor();
          await page.context().close();
          const telephone = { locale: 'de-DE', width: 390, height: 844 };
          const german = await there.signIn('/console/documents/folders', telephone);
          await german.getByText('mit Field service, 1 Dokument').waitFor();
          await there.expectAccessible(german);
          expectEqual(await german.evaluate(() => document.documentElement.scrollWidth), 390);
          await german.context().close();
        } finally {
          await there.stop();
          await database.end();
          await rm(folder, { recursive: true });
        }
      },
  };
}
