import { readdirSync, readFileSync } from 'node:fs';
import { extractAnswer } from '../src/assistant/extract/extract-answer.js';
import { sourcesOf } from '../src/assistant/sources.js';
import { PassageReader } from '../src/documents/passage-reader.js';
import { type AnsweredQuestion, ANSWERED, FURTHER_ANSWERED } from './fixtures/company-answers.js';
import { UNANSWERED } from './fixtures/company-questions.js';
import { TestService } from './support/test-service.js';

const FOLDER = new URL('fixtures/company/', import.meta.url);
const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.md'))
  .sort();
const SOURCES = 5;
const LENGTH = 3_000;

describe('The extractive answer from the documents of a company', () => {
  let service: TestService;
  let owner: string;
  let key: string;

  beforeAll(async () => {
    service = await TestService.start();
    const user = await service.createUser();
    owner = user.id;
    key = (await service.createKey(user, ['documents:read', 'documents:write'])).apiKey;
    for (const filename of files) {
      const content = readFileSync(new URL(filename, FOLDER), 'utf8');
      const title = /^# (.+)$/m.exec(content)?.[1];
      await service.request('POST', '/api/documents', { key, body: { title, content, filename } });
    }
  });
  afterAll(() => service.stop());

  const ask = async (question: string) => {
    const { body } = await service.request('POST', '/api/documents/search', {
      key,
      body: { query: question, limit: SOURCES },
    });
    const reader = service.service.app.get(PassageReader, { strict: false });
    return extractAnswer(question, sourcesOf(body.results, await reader.read(owner, body.results, LENGTH)));
  };

  /** @returns what was answered to the questions that the first quoted sentence does not answer */
  async function missesOf(questions: readonly AnsweredQuestion[]): Promise<string[]> {
    const misses: string[] = [];
    for (const { question, document, answer } of questions) {
      const { quotes, sources, text } = await ask(question);
      if (sources[0]?.filename === document && quotes[0]?.text.includes(answer)) continue;
      misses.push(`${question} -> ${answer}: ${quotes.map((quote) => quote.text).join(' | ') || text}`);
    }
    const right = questions.length - misses.length;
    process.stdout.write(
      `\n${right} of ${questions.length} in the first citation\n  ${misses.join('\n  ')}\n`,
    );
    return misses;
  }

  it('has the sentence that answers in the first citation for at least 25 of 30 questions', async () => {
    expect((await missesOf(ANSWERED)).length).toBeLessThanOrEqual(5);
  });

  it('has it for questions with which nothing was tuned, too', async () => {
    expect((await missesOf(FURTHER_ANSWERED)).length).toBeLessThanOrEqual(5);
  });

  it('says that the documents do not say what none of them is about', async () => {
    const invented: string[] = [];
    for (const question of UNANSWERED) {
      const { isFound, quotes, text } = await ask(question);
      if (isFound || quotes.length > 0 || !text.startsWith('Your documents do not say.')) invented.push(text);
    }
    expect(invented).toEqual([]);
  });
});
