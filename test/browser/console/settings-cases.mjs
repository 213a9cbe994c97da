import { createServer } from 'node:http';
import { once } from 'node:events';
import { expectEqual } from './suite.mjs';

const SECRET = 'what-nobody-reads-again';
const TELEPHONE = { width: 390, height: 844 };

/** Somebody looks after the organisation, and after those who let its people in. */
export function settingsCases(suite) {
  const organizations = async () => (await suite.request('GET', '/api/organizations')).body.organizations;
  const fits = async (page) =>
    expectEqual(await page.evaluate(() => document.documentElement.scrollWidth), TELEPHONE.width);

  return {
    'Settings: the organisation is renamed, and gets its name back by undo': async () => {
      const { name } = (await organizations()).find(({ isDefault }) => isDefault);
      const page = await suite.signIn('/console/settings');
      await page.getByLabel('Name of the organisation').fill('Acme Rockets');
      await suite.expectAccessible(page);
      await page.getByRole('button', { name: 'Rename' }).click();
      await page.getByRole('button', { name: 'Organisation: Acme Rockets' }).waitFor();
      expectEqual(
        (await organizations()).some((one) => one.name === 'Acme Rockets'),
        true,
      );
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByRole('button', { name: `Organisation: ${name}` }).waitFor();
      expectEqual(await page.getByLabel('Name of the organisation').inputValue(), name);
      await page.context().close();
    },
    'Settings: an owner is made, and becomes an administrator again': async () => {
      const { body } = await suite.request('POST', '/api/users', { name: 'Olga', email: 'olga@example.org' });
      const roleOf = async () => (await suite.request('GET', `/api/users/${body.id}`)).body.role;
      const page = await suite.signIn('/console/settings', TELEPHONE);
      await page.getByText('Nobody is an owner.').waitFor();
      await page.getByLabel('Make somebody an owner').selectOption({ label: 'Olga (olga@example.org)' });
      const taken = page.getByRole('button', { name: 'Make administrator in place of owner: Olga' });
      await taken.waitFor();
      expectEqual(await roleOf(), 'owner');
      await fits(page);
      await suite.expectAccessible(page);
      await taken.click();
      await page.getByText('Nobody is an owner.').waitFor();
      expectEqual(await roleOf(), 'admin');
      await page.context().close();
    },
    'Settings: an operator makes an organisation, limits it, removes its people, and ends it by its name':
      async () => {
        const page = await suite.signIn('/console/settings/organizations');
        await page.getByRole('button', { name: 'Make organisation' }).click();
        const asked = page.getByRole('dialog', { name: 'Make organisation' });
        await asked.getByLabel('Name of the organisation').fill('Example Inc.');
        await asked.getByLabel('Name of its owner').fill('Ada');
        await asked.getByLabel('E-mail address of its owner').fill('ada@company.example');
        await suite.expectAccessible(page);
        await asked.getByRole('button', { name: 'Make organisation' }).click();
        const sheet = page.getByRole('dialog', { name: 'Example Inc.', exact: true });
        await sheet.getByText('ada@company.example').waitFor();
        await sheet.getByLabel('Calls a minute').fill('600');
        await sheet.getByRole('button', { name: 'Set limit' }).click();
        await page.getByText('The whole organisation has 600 calls a minute from now on.').waitFor();
        const made = (await organizations()).find(({ name }) => name === 'Example Inc.');
        expectEqual([made.requestsPerMinute, made.members], [600, 1]);
        await suite.expectAccessible(page);
        expectEqual(await sheet.getByRole('button', { name: 'End organisation' }).isDisabled(), true);
        await sheet.getByRole('button', { name: 'Remove Ada' }).click();
        await page
          .getByRole('dialog', { name: 'Remove Ada' })
          .getByRole('button', { name: 'Remove' })
          .click();
        await sheet.getByText('Nobody belongs to it.').waitFor();
        await sheet.getByRole('button', { name: 'End organisation' }).click();
        const end = page.getByRole('dialog', { name: 'End Example Inc.' });
        await end.getByLabel('Type Example Inc. to go on').fill('Example Inc.');
        await suite.expectAccessible(page);
        await end.getByRole('button', { name: 'End organisation' }).click();
        await page.getByText('Example Inc. is ended.').waitFor();
        expectEqual((await organizations()).length, 1);
        await page.context().close();
      },
    'Settings: a provider is added, tried, switched off and on, and removed by its name': async () => {
      const provider = await startProvider();
      const begin = async () =>
        (await suite.request('POST', '/auth/sign-in/sso', { email: 'a@staff.example' })).status;
      try {
        const page = await suite.signIn('/console/settings/providers');
        await page.getByText('No company signs in by its own provider.').waitFor();
        await suite.expectAccessible(page);
        await page.getByRole('link', { name: 'Add provider' }).click();
        await page.getByLabel('Name', { exact: true }).fill('Staff');
        await page.getByLabel('Domains').fill('staff.example, staff.example.org');
        await page.getByLabel('Issuer').fill(provider.url);
        await page.getByLabel('Client id').fill('bouncer');
        await page.getByLabel('Client secret').fill(SECRET);
        await suite.expectAccessible(page);
        await page.getByRole('button', { name: 'Add provider' }).click();
        const sheet = page.getByRole('dialog', { name: 'Staff', exact: true });
        await sheet.getByText('On, not used yet').waitFor();
        const [made] = (await suite.request('GET', '/api/sso/connections')).body.connections;
        await sheet.getByRole('button', { name: made.callbackUrl }).click();
        expectEqual(await page.evaluate(() => navigator.clipboard.readText()), made.callbackUrl);
        await sheet.getByRole('button', { name: 'Try it' }).click();
        await sheet.getByText('The provider answers.').waitFor();
        await suite.expectAccessible(page);
        expectEqual(await begin(), 200);
        await sheet.getByRole('button', { name: 'Switch off' }).click();
        await sheet.getByText('Off', { exact: true }).waitFor();
        expectEqual(await begin(), 404);
        await page.getByRole('button', { name: 'Undo' }).click();
        await sheet.getByText('On, not used yet').waitFor();
        expectEqual(await begin(), 200);
        await sheet.getByRole('button', { name: 'Renew secret' }).click();
        const renewal = page.getByRole('dialog', { name: 'Renew secret' });
        expectEqual(await renewal.getByLabel('Client secret').inputValue(), '');
        await renewal.getByLabel('Client secret').fill(`${SECRET}-renewed`);
        await renewal.getByRole('button', { name: 'Save' }).click();
        await page.getByText('is asked with the new secret from now on').waitFor();
        expectEqual((await page.content()).includes(SECRET), false);
        await sheet.getByRole('button', { name: 'Remove' }).click();
        const removal = page.getByRole('dialog', { name: 'Remove Staff' });
        await removal.getByLabel('Type Staff to go on').fill('Staff');
        await suite.expectAccessible(page);
        await removal.getByRole('button', { name: 'Remove' }).click();
        await page.getByText('No company signs in by its own provider.').waitFor();
        await page.context().close();
      } finally {
        await provider.close();
      }
    },
    'Settings: a directory gets a token that is shown once, calls by it, and is refused once it is revoked':
      async () => {
        const page = await suite.signIn('/console/settings/directories', TELEPHONE);
        await page.getByText('No directory is connected.').waitFor();
        await suite.expectAccessible(page);
        await fits(page);
        await page.getByRole('link', { name: 'Connect directory' }).click();
        await page.getByLabel('Name', { exact: true }).fill('Staff directory');
        await page.getByLabel('Domains').fill('staff.example');
        await page.getByRole('button', { name: 'Connect directory' }).click();
        const token = await page.locator('[data-issued-bearer] code').textContent();
        await page.getByText('/scim/v2').waitFor();
        await suite.expectAccessible(page);
        await fits(page);
        const call = async (userName) =>
          (await suite.request('POST', '/scim/v2/Users', { userName, displayName: 'Sam' }, token)).status;
        expectEqual(await call('sam@staff.example'), 201);
        await page.getByRole('link', { name: 'Open the directory' }).click();
        const sheet = page.getByRole('dialog', { name: 'Staff directory' });
        await sheet.getByText('Last call').waitFor();
        await page.reload();
        await sheet.locator('time').first().waitFor();
        expectEqual(await sheet.getByText('Never').count(), 0);
        expectEqual((await page.content()).includes(token), false);
        await suite.expectAccessible(page);
        await sheet.getByRole('button', { name: 'Revoke token' }).click();
        const revocation = page.getByRole('dialog', { name: 'Revoke the token of Staff directory' });
        await revocation.getByLabel('Type Staff directory to go on').fill('Staff directory');
        await revocation.getByRole('button', { name: 'Revoke token' }).click();
        await page.getByText('No directory is connected.').waitFor();
        expectEqual(await call('other@staff.example'), 401);
        await page.context().close();
      },
    'Settings: the service says its release, its address and the state of its parts': async () => {
      const page = await suite.signIn('/console/settings');
      await page.keyboard.press('Control+k');
      await page.getByLabel('Go to a screen or a key').fill('service');
      await page.getByRole('option', { name: /^Service/ }).waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL('**/console/settings/service');
      const { version } = (await suite.request('GET', '/health')).body;
      await page.getByText(version, { exact: true }).waitFor();
      await page.getByText('Complete', { exact: true }).waitFor();
      await suite.expectAccessible(page);
      await page.setViewportSize(TELEPHONE);
      await fits(page);
      await page.context().close();
    },
    'Settings: the company’s own links are in the menu, and lead away from the console': async () => {
      const page = await suite.signIn('/console/settings');
      await page.getByRole('button', { name: /^Signed in as/ }).click();
      const links = page.getByRole('navigation', { name: 'Links of the company' }).getByRole('link');
      const shown = await links.evaluateAll((all) =>
        all.map((link) => [link.textContent, link.getAttribute('href'), link.rel, link.target]),
      );
      expectEqual(shown, [
        ['Handbook', 'https://wiki.example.com/bouncer', 'noopener noreferrer', '_blank'],
        ['Status', '/health', 'noopener noreferrer', ''],
      ]);
      await suite.expectAccessible(page);
      await page.context().close();
    },
    'Settings: a member reads what there is and who may change it, in German as well': async () => {
      const email = 'mia@example.org';
      await suite.request('POST', '/api/users', { name: 'Mia', email });
      await suite.choosePasswordOf(email);
      const page = await suite.signIn('/console/settings', { email, ...TELEPHONE });
      await page.getByText('An administrator of the organisation changes its name').waitFor();
      expectEqual(await page.getByLabel('Name of the organisation').count(), 0);
      const tabs = page.getByRole('navigation', { name: 'Parts of the settings' }).getByRole('link');
      expectEqual(await tabs.allTextContents(), ['Organisation', 'Service']);
      await suite.expectAccessible(page);
      await fits(page);
      for (const part of ['providers', 'directories', 'providers/new']) {
        await page.goto(`/console/settings/${part}`);
        await page.getByText('Operators who administrate the organisation').waitFor();
      }
      await page.goto('/console/settings/organizations');
      await page.getByText('Operators make and end organisations.').waitFor();
      await page.goto('/console/settings/service');
      await page.getByText('Complete', { exact: true }).waitFor();
      await page.context().close();
      const german = await suite.signIn('/console/settings', { email, locale: 'de-DE' });
      await german.getByRole('heading', { name: 'Einstellungen' }).waitFor();
      await german.getByText('Den Namen ändert ein Administrator der Organisation').waitFor();
      await suite.expectAccessible(german);
      await german.goto('/console/keys/new');
      await german.getByText('Dokumente suchen und lesen').waitFor();
      await german.context().close();
    },
  };
}

/** A provider of OpenID Connect as far as a sign-in that only begins needs it. */
async function startProvider() {
  const server = createServer((_request, answer) => {
    answer.setHeader('content-type', 'application/json');
    answer.end(
      JSON.stringify({
        issuer: url,
        authorization_endpoint: `${url}/authorize`,
        token_endpoint: `${url}/token`,
        jwks_uri: `${url}/jwks`,
      }),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${server.address().port}`;
  return { url, close: () => new Promise((closed) => server.close(closed)) };
}
