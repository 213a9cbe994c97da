import { Controller, Get } from '@nestjs/common';
import { AuditResource, type Caller, CurrentCaller, Scopes } from 'bouncer-mcp';
import type { Invoice } from './invoice.entity.js';
import { InvoicesService } from './invoices.service.js';

@Controller('api/invoices')
@AuditResource('invoice')
export class InvoicesController {
  constructor(private readonly invoices: InvoicesService) {}

  @Get()
  @Scopes('invoices:read')
  async list(@CurrentCaller() caller: Caller): Promise<{ invoices: Invoice[] }> {
    return { invoices: await this.invoices.list(caller) };
  }

  @Get('total')
  @Scopes('invoices:read')
  async total(@CurrentCaller() caller: Caller): Promise<{ cents: number }> {
    return { cents: await this.invoices.total(caller) };
  }
}
