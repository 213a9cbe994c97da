import { Body, Controller, Get, Param, Patch, Post, Query, UseInterceptors } from '@nestjs/common';
import { CurrentCaller, Scopes } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import { CurrentRequester, type Requester } from '../access/requester.js';
import { type Visible, visibleTo } from '../access/visible-to.js';
import { AuditMetadata } from '../audit/recording/audit-metadata.decorator.js';
import { AuditResource } from '../audit/recording/audit-resource.decorator.js';
import { AuditTargets } from '../audit/recording/audit-targets.decorator.js';
import { type AuditChange, AuditedChange } from '../audit/recording/change-row.js';
import { SettlesInterceptor } from '../coherence/settles.interceptor.js';
import { combine } from '../database/transaction-hook.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { type KeepAnswer, IdempotentResponse } from '../idempotency/keep-answer.js';
import type { Retry } from '../idempotency/repeat.js';
import { ApiRoute } from '../openapi/api-route.decorator.js';
import { RowIdPipe } from '../validation/row-id.pipe.js';
import { CreateUserDto } from './dto/create-user.dto.js';
import { ListUsersQuery } from './dto/list-users.query.js';
import { UpdateUserDto } from './dto/update-user.dto.js';
import type { Member } from './member.js';
import {
  type UserList,
  userListSchema,
  userSchema,
  type UserView,
  writtenUserSchema,
} from './user.schema.js';
import { toUserView } from './user.view.js';
import { UsersService } from './users.service.js';

/** Returns the response to a write. */
const toWriter = (caller: Caller, user: UserView, sent: object): Visible<UserView> =>
  visibleTo(caller, 'users:read', user, sent);

const repeatedFor = (kept: UserView, { caller, body }: Retry): Visible<UserView> =>
  toWriter(caller, kept, body as CreateUserDto);

@Controller('api/users')
@UseInterceptors(SettlesInterceptor)
@AuditResource('user')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Post()
  @Scopes('users:write')
  @Idempotent(repeatedFor)
  @ApiRoute({
    summary: 'Create a user',
    answer: writtenUserSchema,
    body: { email: 'ada@example.com', name: 'Ada', role: 'member', tier: 'development' },
    errors: ['conflict'],
  })
  async create(
    @CurrentRequester() by: Requester,
    @Body() input: CreateUserDto,
    @AuditedChange() audit: AuditChange,
    @IdempotentResponse() keep: KeepAnswer,
  ): Promise<Visible<UserView>> {
    const row = audit<Member>(({ id }) => ({ id, metadata: { changes: input } }));
    const made = await this.users.create(by, input, combine(row, keep(toUserView)));
    return toWriter(by.caller, toUserView(made), input);
  }

  @Get()
  @Scopes('users:read')
  @AuditMetadata('limit', 'cursor', 'email')
  @AuditTargets(({ users }: UserList) => users.map(({ id }) => id), 'users')
  @ApiRoute({ summary: 'List users, newest first', answer: userListSchema })
  async list(@CurrentCaller() caller: Caller, @Query() query: ListUsersQuery): Promise<UserList> {
    const { rows, nextCursor } = await this.users.list(caller, query);
    return { users: rows.map(toUserView), nextCursor };
  }

  @Get(':id')
  @Scopes('users:read')
  @ApiRoute({ summary: 'A user', answer: userSchema })
  async get(@CurrentCaller() caller: Caller, @Param('id', RowIdPipe) id: string): Promise<UserView> {
    return toUserView(await this.users.get(caller, id));
  }

  @Patch(':id')
  @Scopes('users:write')
  @ApiRoute({
    summary: 'Change a user',
    description: '`isActive: false` stops all of the user’s keys at once. The last active admin stays one.',
    answer: writtenUserSchema,
    body: { tier: 'paid', requestsPerMinute: null },
    errors: ['conflict'],
  })
  async update(
    @CurrentRequester() by: Requester,
    @Param('id', RowIdPipe) id: string,
    @Body() changes: UpdateUserDto,
    @AuditedChange() audit: AuditChange,
  ): Promise<Visible<UserView>> {
    const row = audit<Member>(() => ({ id, metadata: { changes } }));
    return toWriter(by.caller, toUserView(await this.users.update(by, id, changes, row)), changes);
  }
}
