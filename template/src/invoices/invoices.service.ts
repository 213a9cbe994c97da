import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { InjectProjectSettings, newId } from 'bouncer-mcp';
import type { Repository } from 'typeorm';
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
    @InjectRepository(Invoice) private readonly invoices: Repository<Invoice>,
    @InjectProjectSettings(invoiceSettings) private readonly settings: z.infer<typeof invoiceSettings>,
  ) {}

  create(ownerId: string, invoice: NewInvoice): Promise<Invoice> {
    return this.invoices.save({ ...invoice, id: newId(), ownerId, currency: this.settings.INVOICE_CURRENCY });
  }

  /** The newest first. A query names the owner, so that nobody reads what is somebody else's. */
  list(ownerId: string, limit = 50): Promise<Invoice[]> {
    return this.invoices.find({ where: { ownerId }, order: { id: 'DESC' }, take: limit });
  }
}
