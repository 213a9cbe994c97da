import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { Scopes } from '../access/access.decorators.js';
import { AuditResource } from '../audit/audit-resource.decorator.js';
import { type AuditChange, AuditedChange } from '../audit/change-row.js';
import { together } from '../database/alongside.js';
import { PageQuery } from '../database/page.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { type KeepAnswer, Keeper } from '../idempotency/keep-answer.js';
import { RowIdPipe } from '../validation/row-id.pipe.js';
import { CreateUserDto } from './dto/create-user.dto.js';
import { UpdateUserDto } from './dto/update-user.dto.js';
import type { User } from './user.entity.js';
import { UsersService } from './users.service.js';

@Controller('api/users')
@AuditResource('user')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Post()
  @Scopes('users:write')
  @Idempotent()
  create(
    @Body() input: CreateUserDto,
    @AuditedChange() audit: AuditChange,
    @Keeper() keep: KeepAnswer,
  ): Promise<User> {
    const row = audit<User>(({ id }) => ({ id, metadata: { changes: input } }));
    return this.users.create(
      input,
      together(
        row,
        keep((user) => user),
      ),
    );
  }

  @Get()
  @Scopes('users:read')
  async list(@Query() query: PageQuery): Promise<{ users: User[]; nextCursor: string | null }> {
    const { rows, nextCursor } = await this.users.list(query);
    return { users: rows, nextCursor };
  }

  @Get(':id')
  @Scopes('users:read')
  get(@Param('id', RowIdPipe) id: string): Promise<User> {
    return this.users.get(id);
  }

  @Patch(':id')
  @Scopes('users:write')
  update(
    @Param('id', RowIdPipe) id: string,
    @Body() changes: UpdateUserDto,
    @AuditedChange() audit: AuditChange,
  ): Promise<User> {
    return this.users.update(
      id,
      changes,
      audit(() => ({ id, metadata: { changes } })),
    );
  }
}
