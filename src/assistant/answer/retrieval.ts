import { Injectable } from '@nestjs/common';
import type { CallerRequest } from '../../access/caller.js';
import { narrowedCaller } from '../../access/narrowed-caller.js';
import type { SearchAnswer } from '../../documents/document.schema.js';
import { PassageReader } from '../../documents/passage-reader.js';
import { InternalCalls } from '../../mcp/registry/internal-calls.js';
import { maskSecrets } from '../../secrets/mask-secrets.js';
import { type AnswerSource, sourcesOf } from '../sources.js';

/** How many passages an answer is made of. */
const SOURCES = 8;
/** How many characters of each document are read: a passage and what stands around it. */
const LENGTH = 3_000;

/** What the tool answers, as JSON has it. */
type FoundDocuments = Pick<SearchAnswer, 'results' | 'didYouMean'>;

/** Finds the passages that an answer is made of. */
@Injectable()
export class Retrieval {
  constructor(
    private readonly calls: InternalCalls,
    private readonly passages: PassageReader,
  ) {}

  /**
   * Searches with the tool that agents use, for the user of the request, with no other scope than `documents:read`. The search
   * leaves an audit row of its own, with `via: assistant`. What looks like a secret is masked.
   * @throws ServiceError as the tool throws it
   */
  async find(question: string, request: CallerRequest, signal: AbortSignal): Promise<AnswerSource[]> {
    const { id, ip, method, url, headers } = request;
    const user = narrowedCaller(request.user!, ['documents:read']);
    const found = (await this.calls.callTool({
      tool: 'documents_search',
      input: { query: question, limit: SOURCES },
      request: { id, ip, method, url, headers, user, via: 'assistant' },
      signal,
    })) as FoundDocuments;
    const texts = await this.passages.read(user, found.results, LENGTH);
    return sourcesOf(found.results, texts).map((source) => ({ ...source, text: maskSecrets(source.text) }));
  }
}
