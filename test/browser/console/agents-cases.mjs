import { expectEqual } from './suite.mjs';

const MEMBER = 'keeper@example.org';

/** Somebody makes, watches, stops and ends agents. */
export function agentsCases(suite) {
  let team = '';
  let agent = '';
  let key = '';

  const call = (name = 'documents_search') => suite.call(key, name, { query: 'anything' });
  const open = async (options) => {
    const page = await suite.signIn(`/console/agents/${agent}`, options);
    const sheet = page.getByRole('dialog', { name: 'Night watch', exact: true });
    await sheet.getByRole('heading', { name: 'What it can do' }).waitFor();
    return { page, sheet };
  };

  return {
    'Agents: one is made for a team with the scopes of a tool, and its key is shown once': async () => {
      team = (await suite.request('POST', '/api/teams', { name: 'Research' })).body.id;
      const page = await suite.signIn('/console/agents');
      await page.getByText('No agent acts for anybody now.').waitFor();
      await suite.expectAccessible(page);
      await page.getByRole('link', { name: 'Create agent' }).first().click();
      await page.getByLabel('Name').fill('Night watch');
      await page.getByLabel('What it is for').fill('Looks after the documents at night');
      await page.getByLabel('Acts for').selectOption({ label: 'The team Research' });
      await page.getByRole('checkbox', { name: /documents_search/ }).check();
      await page.getByRole('checkbox', { name: /documents_delete/ }).check();
      await page.getByRole('checkbox', { name: /may make agents below/ }).check();
      await suite.expectAccessible(page);
      await page.getByRole('button', { name: 'Create agent' }).click();
      await page.locator('[data-issued-key]').waitFor();
      await suite.expectAccessible(page);
      await page.getByRole('link', { name: 'Open the agent' }).click();
      await page.waitForURL(/\/agents\/[0-9a-f-]{36}$/);
      agent = page.url().split('/').at(-1);
      await page
        .getByRole('dialog', { name: 'Night watch' })
        .getByText('Looks after the documents')
        .waitFor();
      expectEqual(await page.locator('[data-issued-key]').count(), 0);
      await page.context().close();
    },
    'Agents: one gets a key, and a call with it is seen in its details and in the audit': async () => {
      const { page, sheet } = await open();
      await sheet.getByRole('button', { name: 'Make key' }).click();
      const asked = page.getByRole('dialog', { name: 'Make a key for Night watch' });
      await asked.getByLabel('Name of the key').fill('Cron');
      await asked.getByRole('checkbox', { name: 'agents:create' }).uncheck();
      await suite.expectAccessible(page);
      await asked.getByRole('button', { name: 'Make key' }).click();
      await asked.waitFor({ state: 'detached' });
      const shown = sheet.locator('[data-issued-key]');
      await sheet.getByLabel('Settings for').selectOption({ label: 'Codex CLI' });
      key = await shown.textContent();
      expectEqual(await call(), 200);
      await page.reload();
      await sheet.getByRole('region', { name: 'Keys' }).getByRole('link', { name: /Cron/ }).waitFor();
      expectEqual((await page.content()).includes(key), false);
      // The last use and the counts of the days are written in batches of their own.
      await suite.reloadUntil(page, sheet.getByText(/documents_search, .*…/));
      await suite.reloadUntil(page, sheet.getByText(/^Calls: 1, failed: 0/));
      await sheet.getByRole('figure').locator('canvas').waitFor();
      await suite.expectAccessible(page);
      await sheet.getByRole('link', { name: 'In the audit' }).click();
      await suite.reloadUntil(page, page.getByRole('row', { name: /documents_search/ }));
      expectEqual(new URL(page.url()).searchParams.get('actor'), agent);
      await page.context().close();
    },
    'Agents: a key leads to its agent, and is rotated there': async () => {
      const { page, sheet } = await open();
      await sheet.getByRole('link', { name: /Cron/ }).click();
      const ofKey = page.getByRole('dialog', { name: 'Cron' });
      await ofKey.getByRole('link', { name: 'Night watch' }).click();
      await sheet.getByRole('button', { name: 'Rotate Cron' }).click();
      const asked = page.getByRole('dialog', { name: 'Rotate Cron' });
      await asked
        .getByLabel('How long the old key still works')
        .selectOption({ label: 'Not at all: it ends at once' });
      await asked.getByRole('button', { name: 'Rotate' }).click();
      await asked.waitFor({ state: 'detached' });
      const old = key;
      key = await sheet.locator('[data-issued-key]').textContent();
      expectEqual([await suite.call(old, 'documents_search', { query: 'a' }), await call()], [401, 200]);
      await page.context().close();
    },
    'Agents: one is suspended, so that its calls are refused, and goes on by undo and by its button':
      async () => {
        const { page, sheet } = await open();
        await sheet.getByRole('button', { name: 'Suspend' }).click();
        await page.getByText(/^Suspended\. Calls of Night watch/).waitFor();
        await sheet.getByText('Somebody suspended it.').waitFor();
        expectEqual(await call(), 403);
        await suite.expectAccessible(page);
        await page.getByRole('button', { name: 'Undo' }).click();
        await sheet.getByRole('button', { name: 'Suspend' }).waitFor();
        expectEqual(await call(), 200);
        await sheet.getByRole('button', { name: 'Suspend' }).click();
        await sheet.getByRole('button', { name: 'Resume' }).click();
        await page.getByText(/^Resumed\. Calls of Night watch/).waitFor();
        expectEqual(await call(), 200);
        await page.context().close();
      },
    'Agents: one is renamed and may do less, so that its keys may as well, and undo gives it back':
      async () => {
        const { page, sheet } = await open();
        await sheet.getByRole('button', { name: 'Change' }).click();
        const asked = page.getByRole('dialog', { name: 'Change Night watch' });
        await asked.getByRole('checkbox', { name: /documents_search/ }).uncheck();
        await asked.getByLabel('Name').fill('Day watch');
        await suite.expectAccessible(page);
        await asked.getByRole('button', { name: 'Change' }).click();
        const renamed = page.getByRole('dialog', { name: 'Day watch', exact: true });
        await renamed.getByRole('heading', { name: 'What it can do' }).waitFor();
        expectEqual(await call(), 403);
        await page.getByRole('button', { name: 'Undo' }).click();
        await sheet.getByRole('heading', { name: 'What it can do' }).waitFor();
        expectEqual(await call(), 200);
        await page.context().close();
      },
    'Agents: who acts for whom is seen in the list, and a filter is the address': async () => {
      const made = await suite.request('POST', '/api/agents', {
        name: 'Night helper',
        scopes: ['documents:read'],
        ownerId: agent,
      });
      await suite.request('PATCH', `/api/agents/${made.body.id}`, { isActive: false });
      const page = await suite.signIn('/console/agents');
      await page.getByRole('link', { name: 'below Night watch: Night helper' }).waitFor();
      const names = page.getByRole('table').getByRole('link');
      expectEqual(
        (await names.allTextContents()).map((name) => name.split(' ').at(-1)),
        ['watch', 'helper'],
      );
      await page.getByRole('row', { name: /Night watch.*Research team.*Works.*(high|critical)/ }).waitFor();
      await suite.expectAccessible(page);
      const filter = async (name) => {
        await page.getByRole('link', { name, exact: true }).click();
        await page.getByRole('link', { name, exact: true }).and(page.locator('[aria-current]')).waitFor();
      };
      await filter('Does not work');
      await page.getByRole('row', { name: /Night helper.*Suspended/ }).waitFor();
      await page.getByRole('row', { name: /Works/ }).waitFor({ state: 'detached' });
      expectEqual(new URL(page.url()).search, '?show=stopped');
      await filter('High risk');
      await page.getByText('No agent is like this.').waitFor();
      await page.goto('/console/agents?elevated=true');
      await page.getByRole('row', { name: /Night watch/ }).waitFor();
      expectEqual(await names.count(), 1);
      await page.goto('/console/agents?unused=90');
      await page.getByText('No agent is like this.').waitFor();
      await page.keyboard.press('Control+k');
      await page.getByLabel('Go to a screen or a key').fill('night hel');
      await page.getByRole('option', { name: /Night helper/ }).waitFor();
      await page.keyboard.press('Enter');
      const sheet = page.getByRole('dialog', { name: 'Night helper' });
      await sheet.getByRole('link', { name: 'Night watch' }).click();
      await page
        .getByRole('dialog', { name: 'Night watch' })
        .getByRole('region', { name: 'Agents below it' })
        .waitFor();
      await page.context().close();
    },
    'Agents: those of a team are found from it': async () => {
      const page = await suite.signIn('/console/people/teams');
      await page.getByRole('link', { name: 'Research' }).click();
      const sheet = page.getByRole('dialog', { name: 'Research' });
      await sheet
        .getByRole('region', { name: 'Agents' })
        .getByRole('link', { name: 'Night watch' })
        .waitFor();
      await suite.expectAccessible(page);
      await sheet.getByRole('link', { name: 'Agents', exact: true }).click();
      await page.getByRole('row', { name: /Night watch/ }).waitFor();
      await page
        .getByLabel('Whose agents')
        .locator('option:checked', { hasText: 'Research' })
        .waitFor({ state: 'attached' });
      await page.context().close();
    },
    'Agents: a member sees the own ones and no others, on a telephone as well': async () => {
      await suite.request('POST', '/api/users', { name: 'Keeper', email: MEMBER });
      await suite.choosePasswordOf(MEMBER);
      const page = await suite.signIn('/console/agents', { email: MEMBER, width: 390, height: 844 });
      await page.getByText('No agent acts for anybody now.').waitFor();
      await page.getByRole('link', { name: 'Create agent' }).first().click();
      await page.getByLabel('Name').fill('Own one');
      await page.getByRole('checkbox', { name: /documents_search/ }).check();
      await page.getByRole('button', { name: 'Create agent' }).click();
      await page.getByRole('link', { name: 'Open the agent' }).click();
      const sheet = page.getByRole('dialog', { name: 'Own one' });
      await sheet.getByRole('button', { name: 'Suspend' }).waitFor();
      await suite.expectAccessible(page);
      expectEqual(await page.evaluate(() => document.documentElement.scrollWidth), 390);
      await page.goto('/console/agents');
      await page.getByRole('row', { name: /Own one/ }).waitFor();
      expectEqual(await page.getByRole('table').getByRole('link').count(), 1);
      await suite.expectAccessible(page);
      expectEqual(await page.evaluate(() => document.documentElement.scrollWidth), 390);
      await page.goto(`/console/agents/${agent}`);
      await page.getByRole('alert').getByText('not_found').waitFor();
      await page.context().close();
    },
    'Agents: one is retired by its name, with those below it, and its calls are refused': async () => {
      const { page, sheet } = await open();
      await sheet.getByRole('button', { name: 'Retire' }).click();
      const asked = page.getByRole('dialog', { name: 'Retire Night watch' });
      await asked.getByText(/the key Cron/).waitFor();
      await asked.getByText(/the agent Night helper/).waitFor();
      await asked.getByLabel('Type Night watch to go on').fill('Night watch');
      await suite.expectAccessible(page);
      await asked.getByRole('button', { name: 'Retire' }).click();
      await page.getByText(/^Retired\. Calls of Night watch/).waitFor();
      expectEqual(await call(), 401);
      await sheet.getByText('Nothing brings it back.').waitFor();
      expectEqual(await sheet.getByRole('button', { name: 'Resume' }).count(), 0);
      await page.keyboard.press('Escape');
      await page.getByRole('link', { name: 'Retired', exact: true }).click();
      await page.getByRole('row', { name: /^Night watch.*Retired/ }).waitFor();
      await suite.expectAccessible(page);
      await suite.request('DELETE', `/api/teams/${team}?data=delete`);
      await page.context().close();
    },
  };
}
