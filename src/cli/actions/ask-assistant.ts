import { type AssistantAnswer, BouncerError, restClient, type RestClient } from '../../client/index.js';
import { lineText, linesText } from '../../validation/line-text.js';
import { type OutputOptions, printResult } from '../print-result.js';

interface Question extends OutputOptions {
  question: string;
  url: string;
  key?: string;
}

/** Asks over REST with a key, as every other caller does: the command has no way around the guards. */
export async function askAssistant({ question, url, key, json }: Question): Promise<void> {
  if (!key)
    throw new Error(
      'Set BOUNCER_API_KEY to a key with the scopes assistant:ask and documents:read, or use --key',
    );
  const answer = await answerOf(restClient({ url, key: () => key }), question, url);
  printResult({ json }, answer, linesText([answer.answer, '', ...linesOf(answer)].join('\n')));
}

async function answerOf(rest: RestClient, question: string, url: string): Promise<AssistantAnswer> {
  try {
    const { data } = await rest.POST('/api/assistant/ask', {
      body: { question },
      headers: { accept: 'application/json' },
    });
    return data as AssistantAnswer;
  } catch (error) {
    if (error instanceof BouncerError) throw new Error(`${error.message} (${error.code})`, { cause: error });
    throw new Error(`${url} cannot be reached. Is the service running? See --url`, { cause: error });
  }
}

function linesOf({ answer, sources, unsupported }: AssistantAnswer): string[] {
  const claims = unsupported.map(({ start, end }) => lineText(answer.slice(start, end)));
  return [
    ...sources.map(({ title, filename, createdAt, passage }, index) => {
      const place = [title, ...passage.headings.filter((heading) => heading !== title)].join(' > ');
      const file = filename === null ? '' : `, ${filename}`;
      return lineText(`[${index + 1}] ${place} (uploaded ${createdAt.slice(0, 10)}${file})`);
    }),
    ...(claims.length > 0 ? ['', `Not in the cited passages: ${claims.join(', ')}`] : []),
  ];
}
