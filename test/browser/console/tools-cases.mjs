import { expectEqual } from './suite.mjs';

const TOOL = 'documents_search';
const MESSAGE = 'Documents are being moved.';

/** Somebody who was just called sees how the tools fare, and stops them. */
export function toolsCases(suite) {
  const call = async () => {
    const params = { name: TOOL, arguments: { query: 'anything' } };
    const { body } = await suite.request('POST', '/mcp', {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params,
    });
    return JSON.stringify(body);
  };

  return {
    'Tools: a call is seen beside its tool, with who may call it and the way to the audit': async () => {
      expectEqual((await call()).includes('call_stopped'), false);
      const page = await suite.signIn('/console/tools');
      await page.getByText(/In 24 hours: [1-9]\d* calls?, /).waitFor();
      await suite.expectAccessible(page);
      await page.getByRole('link', { name: TOOL }).click();
      const sheet = page.getByRole('dialog', { name: TOOL });
      await sheet.getByText('Keys and agents that hold this scope:').waitFor();
      await sheet.getByText('documents:read', { exact: true }).waitFor();
      expectEqual(
        await sheet.getByRole('link', { name: 'Refused calls' }).getAttribute('href'),
        `/console/audit?tool=${TOOL}&outcome=denied`,
      );
      await suite.expectAccessible(page);
      await page.reload();
      await sheet.getByText('Keys and agents that hold this scope:').waitFor();
      await page.context().close();
    },
    'Tools: one is switched off with a message and an end, and on again by undo': async () => {
      const page = await suite.signIn(`/console/tools/${TOOL}`);
      await page.getByRole('button', { name: 'Switch off' }).click();
      const asked = page.getByRole('dialog', { name: `Switch off ${TOOL}` });
      await asked.getByLabel('What callers are told').fill(MESSAGE);
      await asked.getByLabel('Ends').selectOption({ label: 'In 4 hours' });
      await suite.expectAccessible(page);
      await asked.getByRole('button', { name: 'Switch off' }).click();
      await page.getByText(/Switched off\. .* replicas? confirmed in \d+ ms\./).waitFor();
      await page.getByText('in 4 hours', { exact: true }).waitFor();
      expectEqual((await call()).includes(MESSAGE), true);
      await suite.expectAccessible(page);
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByRole('dialog', { name: TOOL }).getByText('On', { exact: true }).waitFor();
      expectEqual((await call()).includes('call_stopped'), false);
      await page.context().close();
    },
    'Tools: those that are switched off are a view with an address': async () => {
      const path = `/api/tools/${TOOL}`;
      await suite.request('PUT', path, { enabled: false });
      const page = await suite.signIn('/console/tools?show=off');
      await page.getByRole('link', { name: TOOL }).waitFor();
      expectEqual(await page.getByRole('row').count(), 2);
      await page.getByRole('link', { name: TOOL }).click();
      await page.getByRole('button', { name: 'Switch on' }).click();
      await page.getByText(/^Switched on\./).waitFor();
      await page.keyboard.press('Escape');
      await page.getByText('Every tool is on.').waitFor();
      expectEqual(new URL(page.url()).search, '?show=off');
      await page.context().close();
    },
    'Tools: all calls are stopped only after typing what that means, and run again': async () => {
      const page = await suite.signIn('/console/tools', { width: 390, height: 844 });
      await page.getByRole('button', { name: 'Stop all calls' }).click();
      const asked = page.getByRole('dialog', { name: 'Stop all calls' });
      const stop = asked.getByRole('button', { name: 'Stop all calls' });
      expectEqual(await stop.isDisabled(), true);
      await suite.expectAccessible(page);
      await asked.getByLabel('What callers are told').fill(MESSAGE);
      await asked.getByLabel('Type all calls to go on').fill('all calls');
      await stop.click();
      await page.getByRole('heading', { name: 'All calls are stopped' }).waitFor();
      await page
        .getByRole('definition')
        .filter({ hasText: /^Admin$/ })
        .first()
        .waitFor();
      expectEqual((await call()).includes(MESSAGE), true);
      await suite.expectAccessible(page);
      expectEqual(await page.evaluate(() => document.documentElement.scrollWidth), 390);
      await page.goto('/console');
      await page.getByText('Somebody has stopped all calls.').waitFor();
      await page.getByRole('link', { name: 'Show the tools' }).click();
      await page.getByRole('button', { name: 'Let calls run again' }).click();
      await page.getByText(/^Calls run again\./).waitFor();
      expectEqual((await call()).includes('call_stopped'), false);
      await page.context().close();
    },
    'Tools: one gets a limit and a weight in place of its own, and has its own again by undo': async () => {
      const override = async () => {
        const { tools } = (await suite.request('GET', '/api/limits/tools')).body;
        return tools.find(({ name }) => name === TOOL).override;
      };
      const page = await suite.signIn(`/console/tools/${TOOL}`);
      const sheet = page.getByRole('dialog', { name: TOOL, exact: true });
      const shown = (words) => sheet.getByText(words, { exact: true }).waitFor();
      await shown('None of its own; a call counts once');
      await sheet.getByRole('button', { name: 'Change limit' }).click();
      const asked = page.getByRole('dialog', { name: `Change limit of ${TOOL}` });
      await asked.getByLabel('Calls a minute').fill('500');
      await asked.getByLabel('A call counts as').fill('2');
      await suite.expectAccessible(page);
      await asked.getByRole('button', { name: 'Change limit' }).click();
      await page
        .getByText(/^Limit of documents_search from now on: 500 calls a minute .* replicas? confirmed/)
        .waitFor();
      await shown('500 calls a minute of each user; each counts as 2');
      expectEqual(await override(), { perMinute: 500, weight: 2 });
      await suite.expectAccessible(page);
      await page.getByRole('button', { name: 'Undo' }).click();
      await shown('None of its own; a call counts once');
      expectEqual(await override(), null);
      await page.context().close();
    },
  };
}
