import { expectAtMost, expectEqual } from './suite.mjs';

const MOST_CLICKS = 10;
const PLAN = {
  title: 'Launch plan',
  content: '# Launch plan\n\nThe launch window opens on the third of May. Two engines are tested before.',
};

/** What somebody new comes for, from the start page on, with clicks and fields counted: each takes at most ten clicks. */
export function taskCases(suite) {
  let leaked;

  /** @returns who acts on the page, and counts */
  async function newcomer() {
    const page = await suite.signIn('/console');
    const counts = { clicks: 0, fields: 0 };
    return {
      page,
      click: async (locator) => {
        counts.clicks++;
        await locator.click();
      },
      choose: async (locator, label) => {
        counts.clicks++;
        await locator.selectOption({ label });
      },
      fill: async (locator, text) => {
        counts.fields++;
        await locator.fill(text);
      },
      ends: async (task) => {
        await page.context().close();
        console.log(`      ${task}: ${counts.clicks} clicks, ${counts.fields} fields`);
        expectAtMost('Clicks', counts.clicks, MOST_CLICKS);
      },
    };
  }
  const screen = (page, name) => page.getByRole('navigation').getByRole('link', { name }).first();

  return {
    'Tasks: somebody connects a client': async () => {
      const { page, click, choose, fill, ends } = await newcomer();
      await click(screen(page, 'Keys'));
      await click(page.getByRole('link', { name: 'Create key' }));
      await fill(page.getByLabel('Name'), 'Editor of mine');
      await click(page.getByRole('checkbox', { name: /documents_search/ }));
      await click(page.getByRole('button', { name: 'Create key' }));
      await choose(page.getByLabel('Settings for'), 'Codex CLI');
      await click(page.getByRole('button', { name: /^Copy/ }).first());
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      expectEqual(/mcp/.test(copied), true);
      await ends('Connect a client');
    },
    'Tasks: somebody finds who deleted a document': async () => {
      const { id } = (await suite.request('POST', '/api/documents', PLAN)).body;
      const name = 'Cleaning script';
      leaked = (await suite.request('POST', '/api/mcp/keys', { name, scopes: ['documents:delete'] })).body;
      expectEqual(await suite.call(leaked.apiKey, 'documents_delete', { id }), 200);
      const { page, click, fill, ends } = await newcomer();
      await click(screen(page, 'Audit'));
      await click(page.getByRole('button', { name: 'Add filter' }));
      await fill(page.getByLabel('Value'), 'documents_delete');
      await click(page.getByRole('button', { name: 'Filter', exact: true }));
      const row = page
        .getByRole('row', { name: /Success/ })
        .getByRole('link', { name: 'documents_delete', exact: true });
      await suite.reloadUntil(page, row);
      await click(row.first());
      const sheet = page.getByRole('dialog', { name: 'documents_delete' });
      await sheet.getByText('Cleaning script').waitFor();
      await sheet.getByText(`document:${id}`).first().waitFor();
      await ends('Find who deleted a document');
    },
    'Tasks: somebody stops a leaked key of which the beginning is known': async () => {
      const { page, click, fill, ends } = await newcomer();
      await page.keyboard.press('Control+k');
      await fill(page.getByRole('combobox'), leaked.start);
      await click(page.getByRole('option', { name: /Cleaning script/ }));
      await click(page.getByRole('button', { name: 'Revoke' }));
      await fill(page.getByLabel('Type Cleaning script to go on'), 'Cleaning script');
      await click(page.getByRole('dialog', { name: /^Revoke/ }).getByRole('button', { name: 'Revoke' }));
      await page.getByText(/^Revoked\./).waitFor();
      expectEqual(await suite.call(leaked.apiKey, 'documents_list'), 401);
      await ends('Stop a leaked key');
    },
    'Tasks: somebody invites a colleague who may read': async () => {
      const { page, click, choose, fill, ends } = await newcomer();
      await click(screen(page, 'People'));
      await click(page.getByRole('button', { name: 'Invite person' }));
      const asked = page.getByRole('dialog', { name: 'Invite a person' });
      await fill(asked.getByLabel('Name of the person'), 'Heidi');
      await fill(asked.getByLabel('E-mail address'), 'heidi@example.org');
      await choose(asked.getByLabel('Role'), 'Member');
      await click(asked.getByRole('button', { name: 'Send invitation' }));
      await page.getByText(/^Invited\./).waitFor();
      await ends('Invite a colleague');
    },
    'Tasks: somebody asks a question, and opens where the answer comes from': async () => {
      await suite.request('POST', '/api/documents', PLAN);
      const { page, click, fill, ends } = await newcomer();
      await click(screen(page, 'Assistant'));
      await fill(page.getByRole('textbox'), 'When does the launch window open?');
      await click(page.getByRole('button', { name: 'Ask' }));
      const answer = page.locator('[data-answer]').last();
      await answer.getByText(/third of May/).waitFor();
      await click(answer.getByRole('link', { name: /^\[1\]/ }));
      await page.getByRole('dialog', { name: 'Launch plan' }).locator('mark').waitFor();
      await ends('Ask a question');
    },
  };
}
