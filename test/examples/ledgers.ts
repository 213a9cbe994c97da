import { Body, Controller, Get, Module, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { IsString, Length } from 'class-validator';
import * as z from 'zod';
import { answerSchema, ApiRoute, conflict, forbidden, Scopes } from '../../src/index.js';

export const ID = '019a0000-0000-7000-8000-000000000000';

const ledgerSchema = answerSchema('Ledger', () => z.object({ id: z.uuid(), title: z.string() }), {
  id: ID,
  title: 'May',
});
type Ledger = z.infer<typeof ledgerSchema>;

class CreateLedgerDto {
  @IsString()
  @Length(1, 20)
  title!: string;
}

@Controller('api/ledgers')
class LedgersController {
  @Get(':id')
  @Scopes('ledgers:read')
  @ApiRoute({ summary: 'A ledger', answer: ledgerSchema })
  get(@Param('id', ParseUUIDPipe) id: string): Ledger {
    if (id !== ID) throw forbidden('Another user keeps this ledger');
    return { id, title: 'May' };
  }

  @Post()
  @Scopes('ledgers:write')
  @ApiRoute({ summary: 'Open a ledger', answer: ledgerSchema, body: { title: 'May' }, errors: ['conflict'] })
  create(@Body() { title }: CreateLedgerDto): Ledger {
    if (title === 'May') throw conflict('May is open already');
    return { id: ID, title };
  }
}

@Module({ controllers: [LedgersController] })
export class LedgersModule {}
