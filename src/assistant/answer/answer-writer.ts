import { Injectable } from '@nestjs/common';
import { CitationFilter } from '../citations/citation-filter.js';
import { type Claim, unsupportedClaims } from '../citations/unsupported-claims.js';
import { extractAnswer } from '../extract/extract-answer.js';
import { AssistantModel, type ModelUsage } from '../model/assistant-model.js';
import { answerPrompt } from '../model/prompts.js';
import type { AnswerSource } from '../sources.js';

/** An answer before it is written. */
export interface Answer {
  question: string;
  /** In the order of their numbers. */
  sources: readonly AnswerSource[];
  mode: 'extract' | 'model';
  /** The answer without a model, with which one goes on that fails. */
  extract: string;
}

/** How an answer ended. */
export interface AnswerEnd {
  /** Why the model gave no whole answer; `null`: it did, or there is none. */
  failure: string | null;
  unsupported: readonly Claim[];
  usage: ModelUsage;
}

const CUT = '\n\n(The answer is cut here, because it reached the limit of tokens.)';

/** Control characters, and those that change the direction of a text, which no answer needs. */
const CONTROLS = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu;

/** Writes answers: by a language model where there is one, and else by sentences of the documents. */
@Injectable()
export class AnswerWriter {
  constructor(private readonly model: AssistantModel) {}

  /** The sources keep their numbers whatever happens to the model, so that they can be sent before the first word. */
  prepare(question: string, found: readonly AnswerSource[]): Answer {
    const { text, sources: cited } = extractAnswer(question, found);
    if (!this.model.isConfigured || found.length === 0)
      return { question, sources: cited, mode: 'extract', extract: text };
    const ids = new Set(cited.map(({ id }) => id));
    const sources = [...cited, ...found.filter(({ id }) => !ids.has(id))];
    return {
      question,
      sources: sources.map((source, index) => ({ ...source, number: index + 1 })),
      mode: 'model',
      extract: text,
    };
  }

  /** Yields the answer in pieces. It never throws for a failure of the model. */
  async *write(answer: Answer, signal: AbortSignal): AsyncGenerator<string, AnswerEnd> {
    if (answer.mode === 'model') return yield* this.byModel(answer, signal);
    yield answer.extract;
    return { failure: null, unsupported: [], usage: {} };
  }

  private async *byModel(
    { question, sources, extract }: Answer,
    signal: AbortSignal,
  ): AsyncGenerator<string, AnswerEnd> {
    const filter = new CitationFilter(sources, question);
    const pieces = this.model.answer(answerPrompt(question, sources), signal);
    let written = '';
    let next = await pieces.next();
    for (; !next.done; next = await pieces.next()) {
      const shown = filter.push(next.value.replace(CONTROLS, ''));
      written += shown;
      if (shown !== '') yield shown;
    }
    const rest = filter.end();
    written += rest;
    if (rest !== '') yield rest;
    const { usage, failure, isCut } = next.value;
    const unsupported = unsupportedClaims({ answer: written, question, sources, cited: filter.cited });
    if (isCut && !failure) yield CUT;
    if (failure && !signal.aborted)
      yield `${written === '' ? '' : '\n\n'}The language model ${failure.text}. ${extract}`;
    return { failure: failure?.reason ?? null, unsupported, usage };
  }
}
