import { Global, Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.js';
import { McpModule } from '../mcp/mcp.module.js';
import { AnswerWriter } from './answer/answer-writer.js';
import { Retrieval } from './answer/retrieval.js';
import { AssistantController } from './assistant.controller.js';
import { AssistantService } from './assistant.service.js';
import { AssistantModel } from './model/assistant-model.js';
import { OpenAnswers } from './open-answers.js';

/** Answers questions from documents. It is global, so that a module of a project can give the assistant a model of its own. */
@Global()
@Module({
  imports: [DocumentsModule, McpModule],
  controllers: [AssistantController],
  providers: [AssistantService, OpenAnswers, AssistantModel, AnswerWriter, Retrieval],
  exports: [AssistantModel],
})
export class AssistantModule {}
