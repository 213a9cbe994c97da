import { Injectable } from '@nestjs/common';
import type { CallerRequest } from '../access/caller.js';
import { AuditSubjects } from '../audit/recording/audit-subjects.js';
import { type Answer, AnswerWriter } from './answer/answer-writer.js';
import { Retrieval } from './answer/retrieval.js';
import type { AskDto } from './ask.dto.js';
import { AssistantModel } from './model/assistant-model.js';
import { OpenAnswers } from './open-answers.js';
import { type HistoryMessage, standalonePrompt } from './model/prompts.js';
import { MAX_QUESTION, standaloneQuestion } from './question/follow-up.js';

/** The connection that a question came by. */
export interface AskConnection {
  signal: AbortSignal;
  close: () => void;
}

/** Answers the questions of users from their documents. */
@Injectable()
export class AssistantService {
  constructor(
    private readonly retrieval: Retrieval,
    private readonly writer: AnswerWriter,
    private readonly model: AssistantModel,
    private readonly subjects: AuditSubjects,
    private readonly open: OpenAnswers,
  ) {}

  /**
   * Finds the passages for an answer, and calls `give` with it. The audit row of the request says how the answer was made.
   * @param connection its signal is aborted when the client disconnects
   * @throws ServiceError `too_many_streams`; or as the search throws it
   */
  async ask(
    { question, history = [] }: AskDto,
    request: CallerRequest,
    { signal, close }: AskConnection,
    give: (answer: Answer) => Promise<AnswerSummary>,
  ): Promise<void> {
    const open = this.open.enter(request, close);
    try {
      const standalone = await this.standalone(question, history, signal);
      const found = await this.retrieval.find(standalone, request, signal);
      const answer = this.writer.prepare(standalone, found);
      const { mode, sources } = answer;
      this.subjects.note(request, { mode, sources: sources.length });
      this.subjects.note(request, { ...(await give(answer)) });
    } finally {
      this.open.leave(open);
    }
  }

  private async standalone(
    question: string,
    history: readonly HistoryMessage[],
    signal: AbortSignal,
  ): Promise<string> {
    if (history.length === 0) return question;
    const written = this.model.isConfigured
      ? await this.model.write(standalonePrompt(question, history), signal)
      : undefined;
    return written?.slice(0, MAX_QUESTION) ?? standaloneQuestion(question, history);
  }
}

/** What the audit row keeps of an answer. */
export interface AnswerSummary {
  failure?: string;
  /** In tokens. Metadata whose names speak of tokens would be masked as secrets. */
  usage?: { input?: number; output?: number };
  /** Numbers and names that no cited passage has. */
  unsupported?: number;
  /** The client ended the connection before the answer was whole. */
  aborted?: true;
}
