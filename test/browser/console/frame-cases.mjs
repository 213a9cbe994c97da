import { expectAtMost, expectEqual } from './suite.mjs';

const MOST_BYTES = 200_000;
const MOST_REQUESTS = 12;

/** What holds on every screen. */
export const frameCases = (suite) => ({
  'Console: who is not signed in is led to the sign-in, and back to the address': async () => {
    const page = await suite.signIn('/console/keys?unused=90');
    expectEqual(new URL(page.url()).pathname + new URL(page.url()).search, '/console/keys?unused=90');
    await page
      .getByRole('link', { name: 'Unused for 90 days' })
      .and(page.locator('[aria-current]'))
      .waitFor();
    await page.context().close();
  },
  'Console: the first screen is at most 200 kB in at most 12 requests, and nothing in it moves': async () => {
    for (const locale of ['en-GB', 'de-DE']) {
      const page = await suite.signIn('/console/keys', { locale });
      // What the first visit still reads is not of the one that is measured.
      await page.getByRole('table').waitFor();
      await page.waitForLoadState('networkidle');
      const client = await page.context().newCDPSession(page);
      await client.send('Network.enable');
      await client.send('Network.setCacheDisabled', { cacheDisabled: true });
      const sizes = [];
      client.on('Network.loadingFinished', ({ encodedDataLength }) => sizes.push(encodedDataLength));
      await page.reload();
      await page.getByRole('table').waitFor();
      await page.waitForLoadState('networkidle');
      const bytes = sizes.reduce((sum, size) => sum + size, 0);
      const shift = await page.evaluate(() => globalThis.layoutShift);
      const moved = await page.evaluate(() => globalThis.movedParts);
      console.log(
        `      first screen, ${locale}: ${(bytes / 1000).toFixed(1)} kB in ${sizes.length} requests, CLS ${shift}`,
      );
      expectAtMost('Bytes', bytes, MOST_BYTES);
      expectAtMost('Requests', sizes.length, MOST_REQUESTS);
      expectAtMost(`Layout shift of ${moved.join(', ')}`, shift, 0);
      await page.context().close();
    }
  },
  'Console: the palette, the keys and the menus are found by the keyboard, and accessible in both themes':
    async () => {
      const page = await suite.signIn('/console/keys');
      await page.getByRole('table').waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
      await suite.expectAccessible(page);
      await page.keyboard.press('Escape');
      await page.keyboard.press('/');
      await page.getByPlaceholder('Name, owner or beginning of a key').and(page.locator(':focus')).waitFor();
      await page.getByRole('button', { name: /^Signed in as/ }).press('Enter');
      await page.getByLabel('Theme').waitFor();
      await suite.expectAccessible(page);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+k');
      await page.getByLabel('Go to a screen or a key').fill('first adm');
      await page.getByRole('option', { name: /First admin/ }).waitFor();
      await suite.expectAccessible(page);
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: 'First admin' }).waitFor();
      await page.context().close();
    },
  'Console: theme and language are chosen and kept': async () => {
    const page = await suite.signIn('/console/keys');
    await page.getByRole('button', { name: /^Signed in as/ }).click();
    await page.getByLabel('Theme').selectOption('dark');
    await page.getByLabel('Language').selectOption('de');
    await page.reload();
    await page.getByRole('heading', { name: 'Schlüssel' }).waitFor();
    const look = () => ({
      lang: document.documentElement.lang,
      theme: document.documentElement.dataset.theme,
    });
    expectEqual(await page.evaluate(look), { lang: 'de', theme: 'dark' });
    await page.context().close();
  },
  'Console: an address that there is not says so, on a telephone as well': async () => {
    const page = await suite.signIn('/console/nowhere', { width: 390, height: 844 });
    await page.getByRole('heading', { name: 'Not found' }).waitFor();
    await suite.expectAccessible(page);
    expectEqual(await page.evaluate(() => document.documentElement.scrollWidth), 390);
    await page.context().close();
  },
  'Console: who signs out is asked to sign in again': async () => {
    const page = await suite.signIn('/console/keys');
    await page.getByRole('button', { name: /^Signed in as/ }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL('**/auth/pages/sign-in?next=*');
    await page.context().close();
  },
});
