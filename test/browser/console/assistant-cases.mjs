import { ScriptedModel } from './scripted-model.mjs';
import { expectEqual } from './suite.mjs';

const FILLING = Array.from(
  { length: 120 },
  (_, number) => `Paragraph ${number} is about chairs, tables and lamps.`,
).join('\n\n');
const REPORT = {
  title: 'Quarterly report',
  content: `# Furniture\n\n${FILLING}\n\n## Revenue\n\nQ3 revenue was $125,000, which is 12% more than in Q2. Q2 revenue was $111,600.\n\n## Lamps\n\n${FILLING}`,
};
const QUESTION = 'What was the Q3 revenue?';

/** A person asks, and opens what is cited. */
export function assistantCases(suite) {
  const ask = async (page, question) => {
    await page.getByRole('textbox').fill(question);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: question }).waitFor();
  };
  /** The answer, and not what a screen reader is told of it. */
  const answer = (page) => page.locator('[data-answer]').last();
  const isInSight = (mark) =>
    mark.evaluate((element) => {
      const { top, bottom } = element.getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    });

  return {
    'Assistant: a question is answered word for word, and its citation opens the passage in the document':
      async () => {
        expectEqual((await suite.request('POST', '/api/documents', REPORT)).status, 201);
        const page = await suite.signIn('/console/assistant');
        await page.getByText('Ask in your own words.').waitFor();
        await suite.expectAccessible(page);
        await ask(page, QUESTION);
        await answer(page).getByText('Q3 revenue was $125,000').waitFor();
        await page.getByText('No language model was asked.').waitFor();
        await page
          .getByRole('status')
          .filter({ hasText: /^The answer: .*\$125,000/s })
          .waitFor();
        expectEqual(new URL(page.url()).searchParams.get('q'), QUESTION);
        expectEqual(await page.evaluate(() => [globalThis.layoutShift, globalThis.movedParts]), [0, []]);
        await suite.expectAccessible(page);
        const citation = answer(page).getByRole('link', {
          name: /^\[1\] Open the passage in Quarterly report/,
        });
        await citation.press('Enter');
        const mark = page.getByRole('dialog', { name: 'Quarterly report' }).locator('mark');
        await mark.getByText('Q3 revenue was $125,000').waitFor();
        expectEqual(await isInSight(mark), true);
        await suite.expectAccessible(page);
        // The address alone opens the passage, and asks nothing.
        await page.reload();
        await mark.waitFor();
        expectEqual(await isInSight(mark), true);
        expectEqual(await page.locator('[data-answer]').count(), 0);
        await page.keyboard.press('Escape');
        await mark.waitFor({ state: 'detached' });
        expectEqual(await page.getByRole('textbox').inputValue(), QUESTION);
        await page.context().close();
      },
    'Assistant: a follow-up is understood from the question before it': async () => {
      const page = await suite.signIn('/console/assistant');
      await ask(page, QUESTION);
      await answer(page).getByText('$125,000').waitFor();
      await ask(page, 'and in Q2?');
      await page.getByText(/^Understood as: What was the Q2 revenue/).waitFor();
      await answer(page).getByText('Q2 revenue was $111,600').waitFor();
      expectEqual(await page.evaluate(() => globalThis.layoutShift), 0);
      await page.getByRole('link', { name: 'Keys' }).click();
      await page.getByRole('link', { name: 'Assistant' }).click();
      await answer(page).getByText('Q2 revenue was $111,600').waitFor();
      await page.getByRole('button', { name: 'New conversation' }).click();
      await page.getByText('Ask in your own words.').waitFor();
      await page.context().close();
    },
    'Assistant: a question in the address is not asked before somebody clicks': async () => {
      const page = await suite.signIn('/console/keys');
      let asked = 0;
      page.on('request', (request) => (asked += request.url().endsWith('/api/assistant/ask')));
      await page.goto(`/console/assistant?q=${encodeURIComponent(QUESTION)}`);
      await page.waitForLoadState('networkidle');
      expectEqual(await page.getByRole('textbox').inputValue(), QUESTION);
      expectEqual(asked, 0);
      await page.getByRole('button', { name: 'Ask', exact: true }).click();
      await answer(page).getByText('$125,000').waitFor();
      expectEqual(asked, 1);
      await page.context().close();
    },
    'Assistant: that nothing was found is said with what was searched for, on a telephone as well':
      async () => {
        const page = await suite.signIn('/console/assistant', { width: 390, height: 844 });
        await ask(page, 'Who feeds the zyxwombat?');
        await page.getByText(/^Nothing found: no document/).waitFor();
        await page.getByText('Searched for "Who feeds the zyxwombat?"').waitFor();
        await page.getByText(/In none of them: .*zyxwombat/).waitFor();
        await suite.expectAccessible(page);
        expectEqual(await page.evaluate(() => document.documentElement.scrollWidth), 390);
        await page.getByRole('link', { name: 'See the documents' }).click();
        await page.waitForURL('**/console/documents');
        await page.context().close();
      },
    'Assistant: the words of a model come as text, are stopped by a click, and give way to an extract where it fails':
      async () => {
        const model = await ScriptedModel.start();
        model.question = QUESTION;
        const other = await suite.beside(model.env);
        try {
          expectEqual((await other.request('POST', '/api/documents', REPORT)).status, 201);
          const page = await other.signIn('/console/assistant');
          model.pieces = [
            'Revenue was ',
            '**$125,000** in Q3 [1], ',
            'and $999,000 in Q9 ',
            '<b>not bold</b>. ',
          ];
          await ask(page, QUESTION);
          await page.getByText('Written by a language model from the passages below.').waitFor();
          await answer(page)
            .getByRole('link', { name: /^\[1\]/ })
            .waitFor();
          expectEqual(await answer(page).locator('b').count(), 0);
          expectEqual(await answer(page).locator('strong').textContent(), '$125,000');
          await page.getByText(/^Check these: .*999,000/).waitFor();
          await suite.expectAccessible(page);
          Object.assign(model, { pieces: ['It begins with ', 'some words '], holds: true });
          await ask(page, 'What is the revenue of Q3?');
          await answer(page).getByText('It begins with').waitFor();
          await page.getByText(/^Writing from \d+ passage/).waitFor();
          await page.getByRole('button', { name: 'Stop' }).click();
          await page.getByText('Stopped. This is what had come.').waitFor();
          Object.assign(model, { status: 401, holds: false });
          await page.getByRole('button', { name: 'Ask again' }).click();
          await page.getByText(/^The language model gave no whole answer \(\w+\)/).waitFor();
          await answer(page).getByText('Q3 revenue was $125,000').waitFor();
          expectEqual(await page.evaluate(() => globalThis.layoutShift), 0);
          await page.context().close();
        } finally {
          await other.stop();
          await model.stop();
        }
      },
    'Assistant: a refusal of the service is said with its code, and asked again by a click': async () => {
      const model = await ScriptedModel.start();
      const other = await suite.beside({ ...model.env, ASSISTANT_USER_CONCURRENCY: '1' });
      try {
        await other.request('POST', '/api/documents', REPORT);
        Object.assign(model, { pieces: ['It begins with ', 'some words '], holds: true });
        const page = await other.signIn('/console/assistant');
        const second = await page.context().newPage();
        await ask(page, QUESTION);
        await answer(page).getByText('It begins with').waitFor();
        await second.goto(`${other.url}/console/assistant`);
        await ask(second, QUESTION);
        await second.getByRole('alert').getByText('too_many_streams').waitFor();
        await page.getByRole('button', { name: 'Stop' }).click();
        model.holds = false;
        // The place is free once the service has seen that the browser cut the first answer off.
        const begun = answer(second).getByText('It begins with');
        const again = second.getByRole('button', { name: 'Try again' });
        await suite.repeatUntil(begun, () => again.click({ timeout: 1_000 }).catch(() => undefined));
        await page.context().close();
      } finally {
        await other.stop();
        await model.stop();
      }
    },
  };
}
