import { startServiceProcess } from '../../support/service-process.mjs';
import { expectEqual } from './suite.mjs';

const LOOKS = 1_800;
const PASSWORD = 'correct horse battery staple';

/** Who starts a new service is led from the link that it prints to a client that is connected. */
export const startCases = (suite) => ({
  'Start: the link of the first start leads to a name, a key, and a client that is seen connecting':
    async () => {
      // Without a key of the operator, the first start prints a link.
      const service = await startServiceProcess('dist/server/main.js', '');
      const here = (address) => address.replace('127.0.0.1', 'localhost');
      try {
        const page = await suite.open();
        let link;
        for (let looks = 0; looks < LOOKS && !link; looks++) {
          link = /Choose a password .*(http\S+)/.exec(service.output())?.[1];
          await page.waitForTimeout(50);
        }
        await page.goto(here(link));
        await page.locator('input[type=password]').fill(PASSWORD);
        await page.getByRole('button', { name: 'Set the password' }).click();
        await page.getByLabel('E-mail address').fill('admin@localhost');
        await page.getByLabel('Password').fill(PASSWORD);
        await page.getByRole('button', { name: 'Sign in', exact: true }).click();
        await page.getByRole('heading', { name: 'First steps' }).waitFor();
        expectEqual(new URL(page.url()).pathname, '/console/start');
        await page.getByLabel('Name of the organisation').fill('Acme Rockets');
        await page.getByRole('button', { name: 'Save name' }).click();
        await page.getByRole('button', { name: 'Organisation: Acme Rockets' }).waitFor();
        await suite.expectAccessible(page);
        await page.getByLabel('Name', { exact: true }).fill('Laptop');
        await page.getByRole('checkbox', { name: /documents_search/ }).check();
        const follows = page.waitForResponse(/\/api\/audit\/stream\?keyId=/);
        await page.getByRole('button', { name: 'Create key' }).click();
        await page.getByText('claude mcp add').first().waitFor();
        await follows;
        // From here on only the stream tells of a call.
        await page.route(/\/api\/audit\?/, (route) => route.abort());
        await page.getByText('Waiting for the first call with this key').waitFor();
        const key = await page.locator('[data-issued-key]').textContent();
        const answer = await fetch(`${service.url}/mcp`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${key}`,
            'content-type': 'application/json',
            'user-agent': 'rocket-agent/1.0',
          },
          body: JSON.stringify({
            jsonrpc: '2.0',
            id: 1,
            method: 'tools/call',
            params: { name: 'documents_search', arguments: { query: 'fuel' } },
          }),
        });
        expectEqual(answer.status, 200);
        await page.getByText('Connected', { exact: true }).waitFor();
        await page
          .getByRole('listitem')
          .filter({ hasText: 'documents_search' })
          .getByText('rocket-agent/1.0')
          .waitFor();
        await suite.expectAccessible(page);
        await page.getByRole('link', { name: 'Go to the console' }).click();
        await page.waitForURL((url) => url.pathname !== '/console/start');
        await page.context().close();
      } finally {
        await service.stop();
      }
    },
  'Start: a client is seen connecting also where the stream of the audit is cut off': async () => {
    const page = await suite.signIn('/console/start');
    await page.route(/\/api\/audit\/stream/, (route) => route.abort());
    await page.getByRole('button', { name: 'Save name' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Cut off');
    await page.getByRole('checkbox', { name: /documents_search/ }).check();
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByText('Waiting for the first call with this key').waitFor();
    const key = await page.locator('[data-issued-key]').textContent();
    expectEqual(await suite.call(key, 'documents_search', { query: 'fuel' }), 200);
    await page.getByText('Connected', { exact: true }).waitFor();
    await page.context().close();
  },
});
