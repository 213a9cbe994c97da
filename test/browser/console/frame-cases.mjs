import { expectAtMost, expectEqual } from './suite.mjs';

const LEAST_NAME_PX = 160;
const WIDTHS = [640, 768, 800, 1024, 1100, 1152, 1280];
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
  'Console: a table shows its names at every width of the window, and no page scrolls sideways': async () => {
    const page = await suite.signIn('/console/keys');
    for (const path of ['keys', 'tools', 'people']) {
      await page.goto(`/console/${path}`);
      const name = page.locator('[data-row="0"] td').filter({ has: page.getByRole('link') });
      await name.waitFor();
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 800 });
        // The columns that fit are chosen before the next picture.
        await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))));
        const beyond = await page.locator('main').evaluate((main) => main.scrollWidth - main.clientWidth);
        const { width: shown } = await name.boundingBox();
        expectAtMost(`What is beyond the window of ${path} at ${width} px`, beyond, 0);
        expectAtMost(`What the name lacks in ${path} at ${width} px`, LEAST_NAME_PX - shown, 0);
      }
    }
    await page.context().close();
  },
  'Console: a row is opened by a click on any of its cells, and only the box picks it': async () => {
    const page = await suite.signIn('/console/keys');
    const cellOf = (column) => page.locator('[data-row="0"] td').nth(column);
    const sheet = page.getByRole('dialog', { name: 'First admin' });
    for (const column of [2, 3, 4]) {
      await cellOf(column).waitFor();
      const { x, y, height } = await cellOf(column).boundingBox();
      await page.mouse.click(x + 12, y + height / 2);
      await sheet.waitFor();
      await page.keyboard.press('Escape');
      await sheet.waitFor({ state: 'detached' });
    }
    await page.getByLabel('Pick First admin to compare it').check();
    expectEqual(new URL(page.url()).pathname, '/console/keys');
    await page.context().close();
  },
  'Console: all screens are in the bar of a telephone': async () => {
    const page = await suite.signIn('/console/settings', { width: 390, height: 844 });
    const screens = page.getByRole('navigation', { name: 'Screens' });
    await screens.getByRole('link', { name: 'Settings' }).waitFor();
    const beyond = await screens.evaluate((bar) => bar.scrollWidth - bar.clientWidth);
    expectAtMost('What is beyond the bar', beyond, 0);
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
