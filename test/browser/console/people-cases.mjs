import { expectEqual } from './suite.mjs';

const INVITED = 'invited@example.org';

/** Somebody looks after who can come in. */
export function peopleCases(suite) {
  const grace = {};

  const userOf = async (id) => (await suite.request('GET', `/api/users/${id}`)).body;

  return {
    'People: who can come in, and with what strength, is seen in the list, and a role is changed and changed back':
      async () => {
        const made = await suite.request('POST', '/api/users', { name: 'Grace', email: 'grace@example.org' });
        const key = await suite.request('POST', '/api/mcp/keys', {
          name: 'Her key',
          userId: made.body.id,
          scopes: ['documents:read'],
        });
        Object.assign(grace, { id: made.body.id, key: key.body.apiKey });
        const page = await suite.signIn('/console/people');
        const row = page.getByRole('row', { name: /Grace/ });
        await row.getByText('Cannot sign in').waitFor();
        await suite.expectAccessible(page);
        await page.getByRole('link', { name: 'Password only' }).click();
        await page.getByRole('row', { name: /admin@localhost/ }).waitFor();
        expectEqual(await row.count(), 0);
        await page.getByRole('link', { name: 'Password only' }).click();
        await page.getByRole('link', { name: /Grace/ }).click();
        const sheet = page.getByRole('dialog', { name: 'Grace' });
        await sheet.getByText('No session.').waitFor();
        await suite.expectAccessible(page);
        await sheet.getByLabel('Role').selectOption({ label: 'Auditor' });
        await page.getByText(/Grace has the role Auditor from now on/).waitFor();
        expectEqual((await userOf(grace.id)).role, 'auditor');
        await page.getByRole('button', { name: 'Undo' }).click();
        await sheet.getByText('As a member does,').waitFor({ state: 'detached' });
        expectEqual((await userOf(grace.id)).role, 'member');
        await page.context().close();
      },
    'People: one is deactivated, with the keys, and comes back by undo': async () => {
      const call = () => suite.call(grace.key, 'documents_search', { query: 'anything' });
      expectEqual(await call(), 200);
      const page = await suite.signIn(`/console/people/${grace.id}`);
      await page.getByRole('button', { name: 'Deactivate' }).click();
      await page.getByRole('button', { name: 'Activate', exact: true }).waitFor();
      expectEqual(await call(), 403);
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByRole('button', { name: 'Deactivate' }).waitFor();
      expectEqual(await call(), 200);
      await page.context().close();
    },
    'People: one is invited by a mail, waits, and the invitation is withdrawn': async () => {
      const page = await suite.signIn('/console/people');
      await page.getByRole('button', { name: 'Invite person' }).click();
      const asked = page.getByRole('dialog', { name: 'Invite a person' });
      await asked.getByLabel('Name of the person').fill('Invited');
      await asked.getByLabel('E-mail address').fill(INVITED);
      await asked.getByLabel('Role').selectOption({ label: 'Auditor' });
      await suite.expectAccessible(page);
      await asked.getByRole('button', { name: 'Send invitation' }).click();
      await page.getByText(/^Invited\./).waitFor();
      await suite.mailTo(INVITED);
      await page.getByRole('link', { name: 'Invitations' }).click();
      await page.getByRole('row', { name: /invited@example.org.*Auditor/ }).waitFor();
      await suite.expectAccessible(page);
      await page.getByRole('button', { name: `Withdraw the invitation of ${INVITED}` }).click();
      await page.getByText('No invitation waits.').waitFor();
      await page.context().close();
    },
    'People: a team is made, gets a member and loses it, and is ended by its name': async () => {
      const page = await suite.signIn('/console/people/teams', { width: 390, height: 844 });
      await page.getByRole('button', { name: 'Make team' }).click();
      const asked = page.getByRole('dialog', { name: 'Make team' });
      await asked.getByLabel('Name').fill('Support');
      await asked.getByRole('button', { name: 'Make team' }).click();
      await page.getByRole('link', { name: 'Support' }).click();
      const sheet = page.getByRole('dialog', { name: 'Support', exact: true });
      await sheet.getByLabel('Add a person').selectOption({ label: 'Grace (grace@example.org)' });
      await sheet.getByRole('button', { name: 'Remove Grace' }).click();
      await page.getByText('Grace does not belong to Support any more.').waitFor();
      await page.getByRole('button', { name: 'Undo' }).click();
      await sheet.getByRole('button', { name: 'Remove Grace' }).waitFor();
      await suite.expectAccessible(page);
      expectEqual(await page.evaluate(() => document.documentElement.scrollWidth), 390);
      await sheet.getByRole('button', { name: 'End team' }).click();
      const end = page.getByRole('dialog', { name: 'End Support' });
      await end.getByLabel('Type Support to go on').fill('Support');
      await suite.expectAccessible(page);
      await end.getByRole('button', { name: 'End team' }).click();
      await page.getByText('There is no team yet.').waitFor();
      await page.context().close();
    },
    'People: a program is blocked, and approved again by undo': async () => {
      const made = await suite.request('POST', '/api/oauth/clients', {
        name: 'Example editor',
        redirectUris: ['https://client.example.com/callback'],
      });
      const stateOf = async () =>
        (await suite.request('GET', `/api/oauth/clients/${made.body.clientId}`)).body.state;
      const page = await suite.signIn('/console/people/clients');
      await page.getByRole('link', { name: 'Example editor' }).waitFor();
      await suite.expectAccessible(page);
      await page.getByRole('link', { name: 'Example editor' }).click();
      const sheet = page.getByRole('dialog', { name: 'Example editor' });
      await sheet.getByRole('button', { name: 'Block' }).click();
      await sheet.getByText('Blocked', { exact: true }).waitFor();
      expectEqual(await stateOf(), 'blocked');
      await suite.expectAccessible(page);
      await page.getByRole('button', { name: 'Undo' }).click();
      await sheet.getByText('Approved', { exact: true }).waitFor();
      expectEqual(await stateOf(), 'approved');
      await page.context().close();
    },
    'People: somebody ends the own sessions elsewhere, which are asked to sign in again': async () => {
      const other = await suite.signIn('/console/people/me');
      const page = await suite.signIn('/console/people/me');
      await page.getByText('This one').waitFor();
      await suite.expectAccessible(page);
      await page.getByRole('button', { name: /^End \d+ sessions?$/ }).click();
      await page.getByText(/sessions? (is|are) ended\./).waitFor();
      await other.goto('/console/people/me');
      await other.waitForURL('**/auth/pages/sign-in?next=*');
      await other.context().close();
      await page.context().close();
    },
    'People: a team is renamed and limited, and has its name and no limit again by undo': async () => {
      const { id } = (await suite.request('POST', '/api/teams', { name: 'Sales' })).body;
      const valuesOf = async () => {
        const { name, requestsPerMinute } = (await suite.request('GET', `/api/teams/${id}`)).body;
        return { name, requestsPerMinute };
      };
      const page = await suite.signIn(`/console/people/teams/${id}`, { width: 390, height: 844 });
      const sheet = (name) => page.getByRole('dialog', { name, exact: true });
      await sheet('Sales').getByRole('button', { name: 'Change team' }).click();
      const asked = page.getByRole('dialog', { name: 'Change Sales' });
      const change = asked.getByRole('button', { name: 'Change team' });
      expectEqual(await change.isDisabled(), true);
      await asked.getByLabel('Name').fill('Marketing');
      await asked.getByLabel('Calls a minute').fill('300');
      await suite.expectAccessible(page);
      await change.click();
      await page.getByText('Changed. Marketing, its keys and agents together: 300 calls a minute.').waitFor();
      await sheet('Marketing').getByText('300 calls a minute', { exact: true }).waitFor();
      expectEqual(await valuesOf(), { name: 'Marketing', requestsPerMinute: 300 });
      await page.getByRole('button', { name: 'Undo' }).click();
      await sheet('Sales').getByText('None of its own', { exact: true }).waitFor();
      expectEqual(await valuesOf(), { name: 'Sales', requestsPerMinute: null });
      await suite.request('DELETE', `/api/teams/${id}`);
      await page.context().close();
    },
    'People: a program is approved ahead by its document, and one is made whose secret is shown once':
      async () => {
        const address = 'https://editor.example.com/oauth/metadata.json';
        const page = await suite.signIn('/console/people/clients');
        await page.getByRole('link', { name: 'Add program' }).click();
        await page.getByLabel('Address of its metadata document').fill(address);
        await suite.expectAccessible(page);
        await page.getByRole('button', { name: 'Approve' }).click();
        const sheet = page.getByRole('dialog', { name: address });
        await sheet.getByText('Approved', { exact: true }).waitFor();
        await sheet.getByText('Metadata document', { exact: true }).waitFor();
        await page.keyboard.press('Escape');
        await page.getByRole('link', { name: 'Add program' }).click();
        await page.getByLabel('Known by').selectOption({ label: 'By name and redirect addresses' });
        await page.getByLabel('Name').fill('Server of ours');
        await page
          .getByLabel('Leads back to')
          .fill('https://ours.example.com/callback\nhttps://ours.example.com/again');
        await page.getByLabel('Shows who it is').selectOption({ label: 'With a secret' });
        await suite.expectAccessible(page);
        await page.getByRole('button', { name: 'Make program' }).click();
        const made = page.getByRole('region', { name: 'The new program' });
        await made.waitFor();
        const [clientId, secret] = await made.locator('code').allTextContents();
        await made.getByText(secret).click();
        expectEqual(await page.evaluate(() => navigator.clipboard.readText()), secret);
        await suite.expectAccessible(page);
        const { body } = await suite.request('GET', `/api/oauth/clients/${clientId}`);
        expectEqual(
          [body.state, body.tokenEndpointAuthMethod, body.redirectUris.length],
          ['approved', 'client_secret_basic', 2],
        );
        await made.getByRole('link', { name: 'Open the program' }).click();
        await page.getByRole('dialog', { name: 'Server of ours' }).waitFor();
        await page.goBack();
        await page.getByLabel('Known by').waitFor();
        expectEqual((await page.content()).includes(secret), false);
        for (const id of [encodeURIComponent(address), clientId])
          await suite.request('DELETE', `/api/oauth/clients/${id}`);
        await page.context().close();
      },
  };
}
