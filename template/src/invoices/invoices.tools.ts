import { Injectable } from '@nestjs/common';
import { AuditMetadata, AuditResource, type Caller, CurrentCaller, Input, Scopes, Tool } from 'bouncer-mcp';
import * as z from 'zod';
import { InvoicesService } from './invoices.service.js';

const NewInvoice = z.strictObject({
  customer: z.string().min(1).max(200).describe('Who has to pay'),
  amountCents: z.int().min(1).max(1_000_000_000),
});
const Page = z.strictObject({ limit: z.int().min(1).max(100).default(50) });

@Injectable()
@AuditResource('invoice')
export class InvoicesTools {
  constructor(private readonly invoices: InvoicesService) {}

  @Tool({ name: 'invoices_create', description: 'Write an invoice', inputSchema: NewInvoice })
  @Scopes('invoices:write')
  @AuditMetadata('customer')
  create(@Input() input: z.infer<typeof NewInvoice>, @CurrentCaller() caller: Caller) {
    return this.invoices.create(caller, input);
  }

  @Tool({ name: 'invoices_list', description: 'List your invoices, the newest first', inputSchema: Page })
  @Scopes('invoices:read')
  @AuditMetadata('limit')
  async list(@Input() { limit }: z.infer<typeof Page>, @CurrentCaller() caller: Caller) {
    return { invoices: await this.invoices.list(caller, limit) };
  }
}
