import { expectEqual } from './suite.mjs';

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
  };
}
