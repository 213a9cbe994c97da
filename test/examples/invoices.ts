import { Injectable, Module } from '@nestjs/common';
import { IsInt, IsOptional, IsPositive, IsString, Length } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import * as z from 'zod';
import {
  AuditMetadata,
  AuditResource,
  AuditTargets,
  type Caller,
  ClientInput,
  Complete,
  type CompletionInput,
  conflict,
  CurrentCaller,
  Input,
  newId,
  notFound,
  Progress,
  Prompt,
  type ReportProgress,
  ResourceTemplate,
  ResourceUpdates,
  Scopes,
  Signal,
  Tool,
} from '../../src/index.js';

// docs/tools.md shows parts of this file. test/tools-page.e2e-spec.ts compares and runs them.

interface Invoice {
  id: string;
  ownerId: string;
  customer: string;
  cents: number;
  sent: boolean;
}

@Injectable()
export class InvoicesService {
  private readonly rows = new Map<string, Invoice>();

  create(ownerId: string, { customer, cents }: Pick<Invoice, 'customer' | 'cents'>): Invoice {
    const row = { id: newId(), ownerId, customer, cents, sent: false };
    this.rows.set(row.id, row);
    return row;
  }

  ofOwner(ownerId: string): Invoice[] {
    return [...this.rows.values()].filter((row) => row.ownerId === ownerId);
  }

  get(ownerId: string, id: string): Invoice {
    const row = this.rows.get(id);
    if (row?.ownerId !== ownerId) throw notFound('Invoice');
    return row;
  }

  send(ownerId: string, id: string): Invoice {
    const row = this.get(ownerId, id);
    if (row.sent) throw conflict('The invoice was sent already');
    row.sent = true;
    return row;
  }

  delete(ownerId: string, id: string): void {
    this.rows.delete(this.get(ownerId, id).id);
  }
}

class CreateInvoiceDto {
  @IsString()
  @Length(1, 200)
  @JSONSchema({ description: 'Who pays' })
  customer!: string;

  @IsInt()
  @IsPositive()
  cents!: number;
}

class ListInvoicesDto {
  @IsOptional()
  @IsString()
  customer?: string;
}

const InvoiceId = z.strictObject({ id: z.uuid().describe('As invoices_list gives it') });
type InvoiceId = z.infer<typeof InvoiceId>;

const InvoiceView = z.object({ id: z.uuid(), customer: z.string(), cents: z.int(), sent: z.boolean() });

const view = ({ id, customer, cents, sent }: Invoice) => ({ id, customer, cents, sent });

@Injectable()
@AuditResource('invoice')
export class InvoiceTools {
  constructor(
    private readonly invoices: InvoicesService,
    private readonly updates: ResourceUpdates,
  ) {}

  @Tool({ name: 'invoices_create', description: 'Create an invoice for a customer' })
  @Scopes('invoices:write')
  @AuditMetadata('customer')
  create(@Input() input: CreateInvoiceDto, @CurrentCaller() caller: Caller) {
    return view(this.invoices.create(caller.userId, input));
  }

  @Tool({
    name: 'invoices_get',
    description: 'Read one invoice',
    inputSchema: InvoiceId,
    outputSchema: InvoiceView,
    annotations: { readOnlyHint: true },
  })
  @Scopes('invoices:read')
  get(@Input() { id }: InvoiceId, @CurrentCaller() caller: Caller) {
    return view(this.invoices.get(caller.userId, id));
  }

  @Tool({ name: 'invoices_list', description: 'List your invoices', annotations: { readOnlyHint: true } })
  @Scopes('invoices:read')
  @AuditMetadata('customer')
  @AuditTargets((found: { invoices: { id: string }[] }) => found.invoices.map(({ id }) => id), 'invoices')
  list(@Input() { customer }: ListInvoicesDto, @CurrentCaller() caller: Caller) {
    const own = this.invoices.ofOwner(caller.userId);
    return { invoices: own.filter((row) => customer === undefined || row.customer === customer).map(view) };
  }

  @Tool({ name: 'invoices_send_all', description: 'Send every invoice that was not sent yet' })
  @Scopes('invoices:write')
  async sendAll(
    @CurrentCaller() caller: Caller,
    @Progress() report: ReportProgress,
    @Signal() signal: AbortSignal,
  ) {
    const open = this.invoices.ofOwner(caller.userId).filter(({ sent }) => !sent);
    for (const [index, { id }] of open.entries()) {
      signal.throwIfAborted();
      this.invoices.send(caller.userId, id);
      this.updates.tell(`invoice://${id}`, caller.userId);
      await report(index + 1, open.length, `Sent ${id}`);
    }
    return { sent: open.length };
  }

  @Tool({ name: 'invoices_delete', description: 'Delete an invoice for good', inputSchema: InvoiceId })
  @Scopes('invoices:delete')
  async delete(
    @Input() { id }: InvoiceId,
    @CurrentCaller() caller: Caller,
    @ClientInput() input: ClientInput,
  ) {
    const { customer } = this.invoices.get(caller.userId, id);
    const { action } = await input.elicit('sure', {
      message: `Delete the invoice for ${customer}?`,
      requestedSchema: { type: 'object', properties: {} },
    });
    if (action !== 'accept') return 'Nothing was deleted';
    this.invoices.delete(caller.userId, id);
    return `Deleted ${id}`;
  }
}

const Reminder = z.object({ customer: z.string().describe('Who has not paid') });

@Injectable()
@AuditResource('invoice')
export class InvoiceResources {
  constructor(private readonly invoices: InvoicesService) {}

  @ResourceTemplate({ name: 'invoice', uriTemplate: 'invoice://{id}', inputSchema: InvoiceId })
  @Scopes('invoices:read')
  invoice(@Input() { id }: InvoiceId, @CurrentCaller() caller: Caller) {
    return view(this.invoices.get(caller.userId, id));
  }

  @Prompt({ name: 'invoices_reminder', description: 'A friendly reminder', argsSchema: Reminder })
  @Scopes('invoices:read')
  reminder(@Input() { customer }: z.infer<typeof Reminder>) {
    return `Write a friendly reminder to ${customer}, who has not paid an invoice.`;
  }

  @Complete({ prompt: 'invoices_reminder', argument: 'customer' })
  @Scopes('invoices:read')
  customers(@Input() { value }: CompletionInput, @CurrentCaller() caller: Caller) {
    const names = this.invoices.ofOwner(caller.userId).map(({ customer }) => customer);
    return [...new Set(names)].filter((name) => name.startsWith(value));
  }
}

@Module({ providers: [InvoicesService, InvoiceTools, InvoiceResources] })
export class InvoicesModule {}
