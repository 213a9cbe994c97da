import { expectEqual } from './suite.mjs';

/** Somebody looks whether all is well. */
export const overviewCases = (suite) => ({
  'Overview: one line says whether all is well, and a tool leads to its refused calls': async () => {
    const user = (await suite.request('POST', '/api/users', { email: 'ada@example.com', name: 'Ada' })).body;
    const key = { name: 'Reader', userId: user.id, scopes: ['documents:read'] };
    const { apiKey } = (await suite.request('POST', '/api/mcp/keys', key)).body;
    await suite.call(apiKey, 'documents_search', { query: 'anything' });
    await suite.call(apiKey, 'documents_delete', { id: '01890000-0000-7000-8000-000000000000' });
    const page = await suite.signIn('/console?window=1h');
    await page.getByRole('region', { name: 'Whether all is well' }).waitFor();
    const refused = page
      .getByRole('table', { name: 'Most refused tools' })
      .getByRole('link', { name: 'documents_delete' });
    await suite.reloadUntil(page, refused);
    await page
      .getByRole('figure', { name: /^Calls over time/ })
      .locator('canvas')
      .waitFor();
    await page
      .getByRole('figure', { name: /^Median/ })
      .locator('canvas')
      .waitFor();
    await suite.expectAccessible(page);
    await refused.click();
    await page.getByRole('row', { name: /documents_delete.*insufficient_scope/ }).waitFor();
    expectEqual(new URL(page.url()).search, '?tool=documents_delete&outcome=denied&last=1h');
    await page.context().close();
  },
  'Overview: the numbers of a span are shown under the pointer, and a click shows its rows': async () => {
    const page = await suite.signIn('/console?window=1h');
    const figure = page.getByRole('figure', { name: /^Calls over time/ });
    await figure.locator('canvas').waitFor();
    const { x, y, width, height } = await figure.locator('.u-over').boundingBox();
    await page.mouse.move(x + width - 4, y + height / 2);
    await figure.getByText(/^answered\d/).waitFor();
    await page.mouse.click(x + width - 4, y + height / 2);
    await page.waitForURL(/\/console\/audit\?from=.*&to=/);
    await page.getByRole('table', { name: 'Audit' }).waitFor();
    await page.context().close();
  },
  'Overview: it stands still, fits a telephone, and is left and found by the keyboard': async () => {
    const page = await suite.signIn('/console', { width: 390, height: 844 });
    await page
      .getByRole('figure', { name: /^Calls over time/ })
      .locator('canvas')
      .waitFor();
    expectEqual(await page.evaluate(() => document.documentElement.scrollWidth), 390);
    expectEqual([await page.evaluate(() => globalThis.layoutShift), await suite.movedParts(page)], [0, []]);
    await page.getByText('The charts as a table').click();
    await page.getByRole('row', { name: /goes on/ }).waitFor();
    await suite.expectAccessible(page);
    await page.keyboard.press('Control+k');
    await page.getByLabel('Go to a screen or a key').fill('aud');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Audit' }).waitFor();
    await page.context().close();
  },
});
