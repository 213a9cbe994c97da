import { Injectable } from '@nestjs/common';
import { type Caller, InjectProjectSettings, newId, OrganizationData } from 'bouncer-mcp';
import * as z from 'zod';
import { Invoice } from './invoice.entity.js';

/** Read from the environment at start, with Bouncer's own settings. */
export const invoiceSettings = z.object({ INVOICE_CURRENCY: z.string().length(3).default('EUR') });

export interface NewInvoice {
  customer: string;
  amountCents: number;
}

@Injectable()
export class InvoicesService {
  constructor(
    private readonly data: OrganizationData,
    @InjectProjectSettings(invoiceSettings) private readonly settings: z.infer<typeof invoiceSettings>,
  ) {}

  create(caller: Caller, input: NewInvoice): Promise<Invoice> {
    const currency = this.settings.INVOICE_CURRENCY;
    return this.data.transaction(caller, (manager) =>
      manager.save(Invoice, { ...input, id: newId(), ownerId: caller.userId, currency }),
    );
  }

  /**
   * The newest first. A query names the owner, so that nobody reads what is somebody else's, and PostgreSQL adds the
   * organisation.
   */
  list({ userId: ownerId, organizationId }: Caller, limit = 50): Promise<Invoice[]> {
    return this.data.transaction({ organizationId }, (manager) =>
      manager.find(Invoice, { where: { ownerId }, order: { id: 'DESC' }, take: limit }),
    );
  }

  /** What all of an organisation invoiced. Where a query forgets whose rows it wants, it gets those of no other organisation. */
  async total(caller: Caller): Promise<number> {
    const [row] = await this.data.query<{ cents: number }>(
      caller,
      'SELECT coalesce(sum(amount_cents), 0)::float8 AS cents FROM invoices',
    );
    return row!.cents;
  }
}
