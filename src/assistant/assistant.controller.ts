import { once } from 'node:events';
import { Readable } from 'node:stream';
import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Scopes } from '../access/access.decorators.js';
import type { CallerRequest } from '../access/caller.js';
import { AuditMetadata } from '../audit/recording/audit-metadata.decorator.js';
import { AuditResource } from '../audit/recording/audit-resource.decorator.js';
import { abortOnClose } from '../mcp/call/call-abort.js';
import { ApiRoute } from '../openapi/api-route.decorator.js';
import { type Answer, type AnswerEnd, AnswerWriter } from './answer/answer-writer.js';
import { AskDto } from './ask.dto.js';
import { type AssistantAnswer, assistantAnswerSchema } from './assistant.schema.js';
import { ASKER_SCOPES } from './open-answers.js';
import { type AnswerSummary, AssistantService } from './assistant.service.js';
import { UI_STREAM_HEADERS, uiMessageStream } from './response/ui-message-stream.js';
import type { AnswerSource } from './sources.js';

/** The assistant over REST. */
@Controller('api/assistant')
@AuditResource('assistant')
export class AssistantController {
  constructor(
    private readonly assistant: AssistantService,
    private readonly writer: AnswerWriter,
  ) {}

  @Post('ask')
  @HttpCode(200)
  @Scopes(...ASKER_SCOPES)
  @AuditMetadata('question')
  @ApiRoute({
    summary: 'Ask a question about your documents',
    description:
      'The answer comes as a UI message stream of the AI SDK (Server-Sent Events): first the sources as `source-document`, whose ' +
      '`sourceId` is the number that the text cites as `[n]`, then the text in pieces. With `Accept: application/json` it comes in one piece.',
    responses: {
      200: {
        description: 'The answer with its sources',
        content: { 'text/event-stream': null, 'application/json': assistantAnswerSchema },
      },
    },
    body: { question: 'Which trains are paid?' },
    errors: ['too_many_streams'],
  })
  async ask(@Body() input: AskDto, @Req() request: CallerRequest, @Res() reply: FastifyReply): Promise<void> {
    const { signal } = abortOnClose(reply);
    const close = () => reply.raw.destroy();
    await this.assistant.ask(input, request, { signal, close }, (answer) =>
      wantsJson(request) ? this.sendWhole(answer, reply, signal) : this.stream(answer, reply, signal),
    );
  }

  private async sendWhole(answer: Answer, reply: FastifyReply, signal: AbortSignal): Promise<AnswerSummary> {
    const pieces = this.writer.write(answer, signal);
    let text = '';
    let next = await pieces.next();
    for (; !next.done; next = await pieces.next()) text += next.value;
    void reply.send(wholeAnswer(answer, text, next.value));
    return summaryOf(next.value, signal);
  }

  /** Returns when the client has the whole answer, or is gone: the audit row tells how it ended. */
  private async stream(answer: Answer, reply: FastifyReply, signal: AbortSignal): Promise<AnswerSummary> {
    // The client went while the passages were looked for, and its connection will not be closed again.
    if (signal.aborted) return { aborted: true };
    let end: AnswerEnd | undefined;
    const text = uiMessageStream(answer, this.writer.write(answer, signal), (ended) => (end = ended));
    const closed = once(reply.raw, 'close');
    void reply.headers(UI_STREAM_HEADERS).send(Readable.from(text, { objectMode: false }));
    await closed;
    return summaryOf(end, signal);
  }
}

/** A browser or a program that takes both gets the stream. */
function wantsJson({ headers: { accept } }: CallerRequest): boolean {
  const types = String(accept ?? '').toLowerCase();
  return types.includes('application/json') && !types.includes('text/event-stream');
}

const wholeAnswer = (
  { question, mode, sources }: Answer,
  answer: string,
  { failure, unsupported, usage }: AnswerEnd,
): AssistantAnswer => ({ answer, sources: sources.map(toView), question, mode, failure, unsupported, usage });

const toView = ({ id, title, excerpt, filename, createdAt, passage }: AnswerSource) => ({
  id,
  title,
  excerpt,
  filename,
  createdAt: new Date(createdAt),
  passage,
});

function summaryOf(end: AnswerEnd | undefined, signal: AbortSignal): AnswerSummary {
  if (!end || signal.aborted) return { aborted: true };
  const { failure, unsupported } = end;
  const { inputTokens: input, outputTokens: output } = end.usage;
  return {
    ...(failure !== null && { failure }),
    ...(output !== undefined && { usage: { ...(input !== undefined && { input }), output } }),
    ...(unsupported.length > 0 && { unsupported: unsupported.length }),
  };
}
