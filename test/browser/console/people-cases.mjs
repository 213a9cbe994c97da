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
        await sheet.getByText('As a member,').waitFor({ state: 'detached' });
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
  };
}
