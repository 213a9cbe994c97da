import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  UseInterceptors,
} from '@nestjs/common';
import { AuthenticatedChange, CurrentCaller, Scopes } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import { CurrentRequester, type Requester } from '../access/requester.js';
import { issuedApiKeySchema, type IssuedApiKeyView } from '../api-keys/api-key.schema.js';
import { type IssuedApiKey, toIssuedView, toRepeatedView } from '../api-keys/api-key.views.js';
import { AuditMetadata } from '../audit/recording/audit-metadata.decorator.js';
import { AuditResource } from '../audit/recording/audit-resource.decorator.js';
import { AuditTargets } from '../audit/recording/audit-targets.decorator.js';
import { type AuditChange, AuditedChange } from '../audit/recording/change-row.js';
import { SettlesInterceptor } from '../coherence/settles.interceptor.js';
import { combine } from '../database/transaction-hook.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { IdempotentResponse, type KeepAnswer } from '../idempotency/keep-answer.js';
import type { Retry } from '../idempotency/repeat.js';
import { ApiRoute } from '../openapi/api-route.decorator.js';
import { RowIdPipe } from '../validation/row-id.pipe.js';
import { AgentRotationService } from './agent-rotation.service.js';
import type { AgentRow } from './agent-rows.js';
import {
  type AgentList,
  agentListSchema,
  agentSchema,
  type AgentView,
  type CreatedAgent,
  createdAgentSchema,
  type WrittenAgent,
  writtenAgentSchema,
} from './agent.schema.js';
import { type KeptAgent, type MadeAgent, toCreator, toKept, toView, toWriter } from './agent.view.js';
import { AgentsService } from './agents.service.js';
import { CreateAgentDto } from './dto/create-agent.dto.js';
import { ListAgentsQuery } from './dto/list-agents.query.js';
import { RotateAgentDto } from './dto/rotate-agent.dto.js';
import { UpdateAgentDto } from './dto/update-agent.dto.js';

const repeatedFor = ({ key, ...kept }: KeptAgent, { caller, body }: Retry): CreatedAgent => ({
  ...toWriter(caller, kept, body as CreateAgentDto),
  ...(key && { key }),
});

@Controller('api/agents')
@UseInterceptors(SettlesInterceptor)
@AuditResource('agent')
export class AgentsController {
  constructor(
    private readonly agents: AgentsService,
    private readonly rotation: AgentRotationService,
  ) {}

  @Post()
  @Scopes('agents:create')
  @Idempotent(repeatedFor)
  @ApiRoute({
    summary: 'Create an agent',
    description: 'An agent with the scope `agents:create` makes agents below itself, which end with it.',
    answer: createdAgentSchema,
    body: {
      name: 'Nightly report',
      scopes: ['documents:read'],
      endsAt: '2027-05-01T12:00:00Z',
      requestsPerMinute: 60,
      withKey: true,
    },
    errors: ['conflict', 'not_found', 'agent_limit_reached', 'key_limit_reached'],
  })
  async create(
    @CurrentRequester() by: Requester,
    @Body() input: CreateAgentDto,
    @AuditedChange() audit: AuditChange,
    @IdempotentResponse() keep: KeepAnswer,
  ): Promise<CreatedAgent> {
    const row = audit<MadeAgent>(({ row: { id, ownerId }, key }) => ({
      id,
      metadata: { changes: input, ownerId, ...(key && { keyId: key.row.id }) },
    }));
    const made = await this.agents.create(by, input, combine(row, keep(toKept)));
    return toCreator(by.caller, made, input);
  }

  @Get()
  @Scopes('agents:read')
  @AuditMetadata('ownerId', 'state', 'unusedForDays', 'elevated', 'limit', 'cursor')
  @AuditTargets(({ agents }: AgentList) => agents.map(({ id }) => id), 'agents')
  @ApiRoute({
    summary: 'List agents, newest first',
    description:
      'One’s own, those of one’s teams, and those below them; for administrators all. Says when each was last used and by what.',
    answer: agentListSchema,
  })
  async list(@CurrentCaller() caller: Caller, @Query() query: ListAgentsQuery): Promise<AgentList> {
    const { rows, nextCursor } = await this.agents.list(caller, query);
    return { agents: rows.map(toView), nextCursor };
  }

  @Get(':id')
  @Scopes('agents:read')
  @ApiRoute({ summary: 'An agent', answer: agentSchema })
  async get(@CurrentCaller() caller: Caller, @Param('id', RowIdPipe) id: string): Promise<AgentView> {
    return toView(await this.agents.get(caller, id));
  }

  @Patch(':id')
  @Scopes('agents:write')
  @ApiRoute({
    summary: 'Change an agent',
    description:
      'Fewer scopes, an earlier end or a suspension hold for all of its keys and for the agents below it at once.',
    answer: writtenAgentSchema,
    body: { scopes: ['documents:read'], endsAt: null },
    errors: ['conflict'],
  })
  async update(
    @CurrentRequester() by: Requester,
    @Param('id', RowIdPipe) id: string,
    @Body() changes: UpdateAgentDto,
    @AuditedChange() audit: AuditChange,
  ): Promise<WrittenAgent> {
    const row = audit<AgentRow>(() => ({ id, metadata: { changes } }));
    return toWriter(by.caller, toView(await this.agents.update(by, id, changes, row)), changes);
  }

  @Post(':id/rotate')
  @AuthenticatedChange()
  @Idempotent()
  @ApiRoute({
    summary: 'Replace a key of an agent by a new one',
    description:
      'An agent does so by itself, with its own key. Others need `agents:write`, and all scopes of the key.',
    answer: issuedApiKeySchema,
    body: { gracePeriodSeconds: 3600 },
    errors: ['conflict', 'forbidden', 'insufficient_scope'],
  })
  async rotate(
    @CurrentRequester() by: Requester,
    @Param('id', RowIdPipe) id: string,
    @Body() input: RotateAgentDto,
    @AuditedChange() audit: AuditChange,
    @IdempotentResponse() keep: KeepAnswer,
  ): Promise<IssuedApiKeyView> {
    const row = audit<IssuedApiKey>((next) => ({ id, metadata: { changes: input, keyId: next.row.id } }));
    return toIssuedView(await this.rotation.rotate(by, id, input, combine(row, keep(toRepeatedView))));
  }

  @Delete(':id')
  @HttpCode(204)
  @Scopes('agents:write')
  @ApiRoute({ summary: 'Retire an agent and all below it: their keys end, their rows and documents stay' })
  retire(
    @CurrentRequester() by: Requester,
    @Param('id', RowIdPipe) id: string,
    @AuditedChange() audit: AuditChange,
  ): Promise<void> {
    return this.agents.retire(
      by,
      id,
      audit<string[]>(([, ...below]) => ({ id, others: below })),
    );
  }
}
