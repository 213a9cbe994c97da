import { expectEqual } from './suite.mjs';

/** A person makes, watches and ends keys. */
export function keysCases(suite) {
  let key = '';
  let leaked;

  return {
    'Keys: one is made with the scopes of a tool, and shown once with the settings of the client':
      async () => {
        const page = await suite.signIn('/console/keys');
        await page.getByRole('link', { name: 'Create key' }).click();
        await page.getByLabel('Name').fill('Laptop');
        await page.getByRole('checkbox', { name: /documents_search/ }).check();
        await suite.expectAccessible(page);
        await page.getByRole('button', { name: 'Create key' }).click();
        const shown = page.locator('[data-issued-key]');
        await shown.click();
        key = await page.evaluate(() => navigator.clipboard.readText());
        expectEqual(await shown.textContent(), key);
        await page.getByLabel('Settings for').selectOption({ label: 'Codex CLI' });
        await page.getByText('codex mcp add').first().waitFor();
        await suite.expectAccessible(page);
        await page.reload();
        await page.getByLabel('Name').waitFor();
        expectEqual((await page.content()).includes(key), false);
        await page.context().close();
      },
    'Keys: its use by a program is seen in the list and in its details': async () => {
      expectEqual(await suite.call(key, 'documents_search', { query: 'anything' }), 200);
      const page = await suite.signIn('/console/keys');
      await page.getByRole('link', { name: /Laptop/ }).click();
      const sheet = page.getByRole('dialog', { name: 'Laptop' });
      await sheet.getByRole('heading', { name: 'What it can do' }).waitFor();
      await suite.reloadUntil(page, sheet.getByText(/^Calls: 1, failed: 0/));
      await sheet.getByText('documents_search').last().waitFor();
      await sheet.getByRole('figure').locator('canvas').waitFor();
      await suite.expectAccessible(page);
      await page.context().close();
    },
    'Keys: one is disabled and enabled again by undo': async () => {
      const page = await suite.signIn('/console/keys');
      await page.getByRole('link', { name: /Laptop/ }).click();
      await page.getByRole('button', { name: 'Disable' }).click();
      await page.getByRole('button', { name: 'Undo' }).waitFor();
      expectEqual(await suite.call(key, 'documents_search', { query: 'anything' }), 401);
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByRole('button', { name: 'Disable' }).waitFor();
      expectEqual(await suite.call(key, 'documents_search', { query: 'anything' }), 200);
      await page.context().close();
    },
    'Keys: one is kept to an address, so that calls from elsewhere are refused, and undo takes that back':
      async () => {
        const page = await suite.signIn('/console/keys');
        await page.getByRole('link', { name: /Laptop/ }).click();
        const sheet = page.getByRole('dialog', { name: 'Laptop', exact: true });
        await sheet.getByRole('button', { name: 'Change' }).click();
        const asked = page.getByRole('dialog', { name: 'Change Laptop' });
        await asked.getByLabel('Only from these addresses').fill('192.0.2.0/24');
        await suite.expectAccessible(page);
        await asked.getByRole('button', { name: 'Change' }).click();
        await page.getByText(/^Changed\. It holds for calls with Laptop/).waitFor();
        await sheet.getByText('192.0.2.0/24').waitFor();
        expectEqual(await suite.call(key, 'documents_search', { query: 'anything' }), 403);
        await page.getByRole('button', { name: 'Undo' }).click();
        await sheet.getByText('192.0.2.0/24').waitFor({ state: 'detached' });
        expectEqual(await suite.call(key, 'documents_search', { query: 'anything' }), 200);
        await page.context().close();
      },
    'Keys: by the keyboard alone, one is found, opened, and revoked by its name': async () => {
      const page = await suite.signIn('/console/keys');
      await page.getByRole('link', { name: /Laptop/ }).waitFor();
      const focused = () => page.evaluate(() => document.activeElement.textContent);
      await page.keyboard.press('j');
      for (let rows = 0; rows < 50 && !(await focused()).startsWith('Laptop'); rows++)
        await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Revoke' }).waitFor();
      for (let tabs = 0; tabs < 20 && (await focused()) !== 'Revoke'; tabs++)
        await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      const asked = page.getByRole('dialog', { name: 'Revoke Laptop' });
      await asked.waitFor();
      await suite.expectAccessible(page);
      await asked.getByLabel('Type Laptop to go on').focus();
      await page.keyboard.type('Laptop');
      await page.keyboard.press('Enter');
      await page.getByText(/Revoked\. \d+ replicas? confirmed in \d+ ms/).waitFor();
      expectEqual(await suite.call(key, 'documents_search', { query: 'anything' }), 401);
      await page.keyboard.press('Escape');
      await page.getByRole('row', { name: /Laptop/ }).waitFor({ state: 'detached' });
      await page.getByRole('link', { name: 'Ended ones, too' }).click();
      await page
        .getByRole('row', { name: /Laptop/ })
        .getByText('Revoked')
        .waitFor();
      await suite.expectAccessible(page);
      await page.context().close();
    },
    'Keys: those of all people and agents are seen by risk, and found by what is wrong with them':
      async () => {
        const person = await suite.request('POST', '/api/users', {
          name: 'Rosalind',
          email: 'rosalind@example.org',
          role: 'admin',
        });
        const make = async (name, fields) =>
          (await suite.request('POST', '/api/mcp/keys', { name, userId: person.body.id, ...fields })).body;
        leaked = await make('Master', { scopes: ['admin'], ipAllowlist: ['192.0.2.0/24'] });
        await make('Reader', { scopes: ['documents:read'] });
        await suite.request('POST', '/api/agents', {
          name: 'Nightly',
          scopes: ['documents:read'],
          withKey: true,
        });
        const page = await suite.signIn('/console/keys');
        const row = (name) => page.getByRole('row', { name });
        await row(/Master/)
          .getByText('Rosalind')
          .waitFor();
        await row(/Nightly/)
          .getByText('(agent)')
          .waitFor();
        const risks = await page.locator('tbody tr').allInnerTexts();
        const placeOf = (name) => risks.findIndex((text) => text.includes(name));
        expectEqual(placeOf('Master') < placeOf('Reader'), true);
        await suite.expectAccessible(page);
        await page.getByRole('link', { name: 'High risk' }).click();
        await row(/Reader/).waitFor({ state: 'detached' });
        await row(/Master/).waitFor();
        expectEqual(new URL(page.url()).search, '?elevated=true');
        await page.getByRole('link', { name: 'From anywhere' }).click();
        await row(/Master/).waitFor({ state: 'detached' });
        await page.goto('/console/keys?unused=90&words=rosalind');
        await page.getByText('No key is like that.').waitFor();
        await suite.expectAccessible(page);
        await page.getByRole('link', { name: 'Show all keys' }).click();
        await row(/Reader/).waitFor();
        await page.keyboard.press('/');
        await page.keyboard.insertText(leaked.apiKey);
        await row(/Reader/).waitFor({ state: 'detached' });
        await row(/Master/).waitFor();
        expectEqual(page.url().includes(leaked.apiKey), false);
        expectEqual(new URL(page.url()).searchParams.get('words'), leaked.start);
        await page.getByLabel('Order').selectOption({ label: 'First to end' });
        await page.waitForURL((url) => url.searchParams.get('order') === 'expires');
        await page.context().close();
      },
    'Keys: two are compared, and what differs comes first': async () => {
      const page = await suite.signIn('/console/keys?words=rosalind');
      await page.getByLabel('Pick Master to compare it').check();
      await page.getByLabel('Pick Reader to compare it').check();
      await page.getByRole('button', { name: 'Compare', exact: true }).click();
      const sheet = page.getByRole('dialog', { name: 'Compare two keys' });
      const differs = sheet.getByRole('table', { name: 'What differs' });
      await differs.getByRole('row', { name: /^admin critical has it has it not/ }).waitFor();
      await differs.getByRole('row', { name: /^Addresses 192\.0\.2\.0\/24 Anywhere/ }).waitFor();
      await sheet
        .getByRole('table', { name: 'The same in both' })
        .getByRole('row', { name: 'Owner Rosalind Rosalind' })
        .waitFor();
      await suite.expectAccessible(page);
      await page.reload();
      await differs.waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('row', { name: /Master/ }).waitFor();
      expectEqual(new URL(page.url()).pathname + new URL(page.url()).search, '/console/keys?words=rosalind');
      await suite.request('DELETE', `/api/mcp/keys/${leaked.id}`);
      await page.context().close();
    },
    'Keys: what the service refuses is said with its reason and the id of the request': async () => {
      const page = await suite.signIn('/console/keys/01890000-0000-7000-8000-000000000000');
      await page.getByRole('alert').getByText('not_found').waitFor();
      await suite.expectAccessible(page);
      await page.context().close();
    },
  };
}
