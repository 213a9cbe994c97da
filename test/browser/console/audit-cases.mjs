import { expectEqual } from './suite.mjs';

const CALLS = 200;
const AT_ONCE = 10;
const DELETED = '01890000-0000-7000-8000-00000000dead';

/** Who did this, through which agent, and is the trail whole? */
export function auditCases(suite) {
  let agentKey = '';

  return {
    'Audit: filters are the address, and a row tells who did it through which agent': async () => {
      const agent = { name: 'Reporter', scopes: ['documents:read'], withKey: true };
      agentKey = (await suite.request('POST', '/api/agents', agent)).body.key.apiKey;
      await suite.call(agentKey, 'documents_search', { query: 'secret plan' });
      await suite.call(agentKey, 'documents_delete', { id: DELETED });
      const page = await suite.signIn('/console/audit');
      await page.getByRole('table', { name: 'Audit' }).waitFor();
      await suite.expectAccessible(page);
      await page.keyboard.press('/');
      expectEqual(await page.evaluate(() => document.activeElement.textContent), 'Success');
      await page.getByRole('link', { name: 'Refused' }).click();
      await page.getByRole('button', { name: 'Add filter' }).click();
      await page.getByLabel('Value').fill('documents_delete');
      await suite.expectAccessible(page);
      await page.getByRole('button', { name: 'Filter', exact: true }).click();
      const row = page.getByRole('link', { name: 'documents_delete', exact: true });
      await suite.reloadUntil(page, row);
      expectEqual(new URL(page.url()).search, '?outcome=denied&tool=documents_delete');
      await row.first().click();
      const sheet = page.getByRole('dialog', { name: 'documents_delete' });
      await sheet
        .getByText(/First admin|Admin/)
        .first()
        .waitFor();
      await sheet.getByText(/through *Reporter *agent/).waitFor();
      await sheet.getByText('insufficient_scope').waitFor();
      await suite.expectAccessible(page);
      await page.reload();
      await sheet.getByRole('link', { name: 'By the same caller' }).click();
      await page.getByRole('link', { name: /^Person or agent in the chain: Reporter/ }).waitFor();
      await page.getByRole('row', { name: /documents_search.*Reporter/ }).waitFor();
      await page.context().close();
    },
    'Audit: a view is saved by name, opened again, and its removal is taken back': async () => {
      const page = await suite.signIn('/console/audit?outcome=denied&last=24h');
      await page.getByRole('button', { name: 'Save view' }).click();
      await page.getByLabel('Name').fill('Refused today');
      await page.getByRole('dialog').getByRole('button', { name: 'Save view' }).click();
      await page.goto('/console/audit');
      await page.getByRole('link', { name: 'Refused today' }).click();
      expectEqual(new URL(page.url()).search, '?outcome=denied&last=24h');
      await page.getByRole('button', { name: 'Remove Refused today' }).click();
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.reload();
      await page.getByRole('link', { name: 'Refused today' }).waitFor();
      await suite.expectAccessible(page);
      await page.context().close();
    },
    'Audit: what the filters find is exported': async () => {
      const page = await suite.signIn('/console/audit?tool=documents_delete');
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Export NDJSON' }).click(),
      ]);
      expectEqual(download.suggestedFilename(), 'audit.ndjson');
      const lines = (await suite.textOf(download)).trim().split('\n').map(JSON.parse);
      expectEqual([...new Set(lines.map(({ tool }) => tool))], ['documents_delete']);
      await page.context().close();
    },
    'Audit: a live tail shows every call of an agent once, and its tasks are short': async () => {
      const page = await suite.signIn('/console/audit?tool=documents_search');
      await page.getByRole('button', { name: 'Go live' }).click();
      await page.getByText('Live', { exact: true }).waitFor();
      await page.evaluate(() => {
        globalThis.longTasks = [];
        new PerformanceObserver((list) =>
          globalThis.longTasks.push(...list.getEntries().map(({ duration }) => duration)),
        ).observe({ type: 'longtask' });
      });
      const begun = Date.now();
      for (let calls = 0; calls < CALLS; calls += AT_ONCE)
        await Promise.all(
          Array.from({ length: AT_ONCE }, () => suite.call(agentKey, 'documents_search', { query: 'q' })),
        );
      await page.getByText(`${CALLS} new rows`).waitFor();
      const longest = await page.evaluate(() => Math.max(0, ...globalThis.longTasks));
      const perSecond = Math.round((CALLS * 1_000) / (Date.now() - begun));
      console.log(`      live tail: ${perSecond} rows a second, longest task ${longest || '< 50'} ms`);
      await suite.expectAccessible(page);
      await page.getByRole('button', { name: 'Stop live' }).click();
      await page.getByRole('button', { name: 'Go live' }).waitFor();
      await page.context().close();
    },
    'Audit: it is verified, which is told with how far, and the seals are listed': async () => {
      const page = await suite.signIn('/console/audit');
      await page.getByText('Not verified yet').waitFor();
      await page.getByRole('link', { name: 'Verify and seals' }).click();
      const sheet = page.getByRole('dialog', { name: 'Is the trail whole?' });
      await sheet.getByRole('button', { name: 'Verify now' }).click();
      await sheet.locator('[data-verification=passed]').waitFor();
      await sheet.getByText(/^All \d+ rows are what was sealed\.$/).waitFor();
      await sheet.getByRole('table', { name: 'Seals' }).waitFor();
      await suite.expectAccessible(page);
      await page.keyboard.press('Escape');
      await page
        .getByText(/^Verified up to/)
        .first()
        .waitFor();
      await page.context().close();
    },
    'Audit: by the keyboard alone a row is opened and closed, and a telephone shows it': async () => {
      const page = await suite.signIn('/console/audit', { width: 390, height: 844 });
      await page.getByRole('table', { name: 'Audit' }).waitFor();
      expectEqual(await page.evaluate(() => document.documentElement.scrollWidth), 390);
      await page.keyboard.press('j');
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'What else happened' }).waitFor();
      await suite.expectAccessible(page);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.goto('/console/audit/01890000-0000-7000-8000-000000000000');
      await page.getByRole('alert').getByText('not_found').waitFor();
      await page.context().close();
    },
  };
}
