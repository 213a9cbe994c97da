import { Injectable, Logger } from '@nestjs/common';
import type { LanguageModel } from 'ai';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { makeModel } from './model-provider.js';
import { CUT_OFF, type ModelFailure, modelFailureOf, NO_ANSWER, TIMED_OUT } from './model-failure.js';
import type { ModelPrompt } from './prompts.js';

/** How many tokens a model used. A member is absent where the provider does not say it. */
export interface ModelUsage {
  inputTokens?: number;
  outputTokens?: number;
}

/** How the answer of a model ended. */
export interface ModelEnd {
  usage: ModelUsage;
  /** Whether the answer was cut off at the limit of tokens. */
  isCut: boolean;
  failure?: ModelFailure;
}

/** A further try waits some seconds, so a busy server gets one. */
const MAX_RETRIES = 1;
/** A token is seldom longer. A model that ignores its limit of tokens is stopped here. */
const MAX_TOKEN_LENGTH = 20;
/** What a response has for each token, with all around it, and besides. */
const MAX_TOKEN_BYTES = 1_000;
const MAX_BYTES = 2 * 1024 * 1024;
const REWRITE_TOKENS = 500;
const REWRITE_MS = 15_000;

/**
 * The language model of the assistant. Its package is loaded when the first question is asked. The model gets texts and no
 * tools, so that nothing in a document can make it do something.
 *
 * @example
 * ```ts
 * // A module of a project answers with a model of its own:
 * constructor(assistant: AssistantModel) {
 *   assistant.use(createMistral({ apiKey })('mistral-small-latest'));
 * }
 * ```
 */
@Injectable()
export class AssistantModel {
  private readonly logger = new Logger(AssistantModel.name);
  private model: Promise<LanguageModel> | undefined;
  private hasOwnModel = false;

  constructor(@InjectSettings() private readonly settings: Settings) {}

  /** Answers with a model of the AI SDK instead of the one of the settings. */
  use(model: LanguageModel): void {
    this.hasOwnModel = true;
    this.model = Promise.resolve(model);
  }

  get isConfigured(): boolean {
    return this.hasOwnModel || this.settings.assistant.model !== undefined;
  }

  /**
   * Yields the answer in pieces. It never throws: a failure of the provider is how the answer ended.
   * @param signal ends the request to the provider as well
   */
  async *answer(prompt: ModelPrompt, signal: AbortSignal): AsyncGenerator<string, ModelEnd> {
    const end: ModelEnd = { usage: {}, isCut: false };
    const timeout = AbortSignal.timeout(this.settings.assistant.timeoutMs);
    const over = new AbortController();
    const { maxOutputTokens } = this.settings.assistant;
    let length = 0;
    try {
      const [{ streamText }, model] = await Promise.all([import('ai'), this.load()]);
      const { fullStream } = streamText({
        ...prompt,
        model,
        maxRetries: MAX_RETRIES,
        maxOutputTokens,
        abortSignal: AbortSignal.any([signal, timeout, over.signal]),
        onError: () => undefined,
      });
      for await (const part of fullStream) {
        if (part.type === 'text-delta' && part.text !== '') {
          const room = maxOutputTokens * MAX_TOKEN_LENGTH - length;
          length += part.text.length;
          yield part.text.slice(0, room);
          if (part.text.length > room) return { ...end, isCut: true };
        } else if (part.type === 'error') throw part.error;
        else if (part.type === 'abort') throw new Error('aborted');
        else if (part.type === 'finish') {
          const { inputTokens, outputTokens } = part.totalUsage;
          end.usage = {
            ...(inputTokens !== undefined && { inputTokens }),
            ...(outputTokens !== undefined && { outputTokens }),
          };
          end.isCut = part.finishReason === 'length';
        }
      }
      if (length === 0) end.failure = NO_ANSWER;
    } catch (error) {
      end.failure = timeout.aborted ? TIMED_OUT : length === 0 ? modelFailureOf(error) : CUT_OFF;
    } finally {
      // The request to the provider ends with the answer, whatever the reason.
      over.abort();
    }
    if (end.failure && !signal.aborted)
      this.logger.warn(`The language model ${end.failure.text} (${end.failure.reason})`);
    return end;
  }

  /** @returns a short text; nothing where the model fails */
  async write(prompt: ModelPrompt, signal: AbortSignal): Promise<string | undefined> {
    try {
      const [{ generateText }, model] = await Promise.all([import('ai'), this.load()]);
      const { text } = await generateText({
        ...prompt,
        model,
        maxRetries: 0,
        maxOutputTokens: Math.min(REWRITE_TOKENS, this.settings.assistant.maxOutputTokens),
        abortSignal: AbortSignal.any([signal, AbortSignal.timeout(REWRITE_MS)]),
      });
      return text.trim() || undefined;
    } catch (error) {
      const { text, reason } = modelFailureOf(error);
      if (!signal.aborted) this.logger.warn(`The language model ${text} (${reason})`);
      return undefined;
    }
  }

  /** A package that cannot be loaded now is tried again with the next question. */
  private load(): Promise<LanguageModel> {
    const { model, maxOutputTokens } = this.settings.assistant;
    this.model ??= makeModel(model!, MAX_BYTES + maxOutputTokens * MAX_TOKEN_BYTES).catch(
      (error: unknown) => {
        this.model = undefined;
        throw error;
      },
    );
    return this.model;
  }
}
