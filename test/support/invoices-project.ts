/** A company's project with an entity, tools, a route, settings and a schema of its own. */
export const INVOICES_PROJECT = {
  'bouncer.config.ts': `
    import { defineConfig } from 'bouncer-mcp';
    import { InvoicesModule } from './src/invoices.module.js';
    import { settings } from './src/settings.js';

    export default defineConfig({
      name: 'acme',
      version: '3.1.4',
      modules: [InvoicesModule],
      migrations: './migrations',
      settings,
      schemas: ['public', 'billing'],
      documents: false,
    });
  `,
  'src/settings.ts': `
    import * as z from 'zod';

    export const settings = z.object({ INVOICE_CURRENCY: z.string().length(3, 'must have three letters') });
  `,
  'src/invoices.module.ts': `
    import { Controller, Get, Injectable, Module } from '@nestjs/common';
    import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
    import { type Caller, CurrentCaller, InjectProjectSettings, Input, Scopes, Tool } from 'bouncer-mcp';
    import { Column, Entity, PrimaryGeneratedColumn, type Repository } from 'typeorm';
    import * as z from 'zod';
    import { settings } from './settings.js';

    @Entity({ name: 'invoices', schema: 'billing' })
    export class Invoice {
      @PrimaryGeneratedColumn()
      id!: number;

      @Column('uuid')
      ownerId!: string;

      @Column('text')
      customer!: string;

      @Column('text')
      currency!: string;
    }

    const NewInvoice = z.strictObject({ customer: z.string() });

    @Injectable()
    export class InvoicesService {
      constructor(
        @InjectRepository(Invoice) private readonly invoices: Repository<Invoice>,
        @InjectProjectSettings(settings) private readonly own: z.infer<typeof settings>,
      ) {}

      create(ownerId: string, customer: string) {
        return this.invoices.save({ ownerId, customer, currency: this.own.INVOICE_CURRENCY });
      }

      list(ownerId: string) {
        return this.invoices.find({ where: { ownerId }, order: { id: 'ASC' } });
      }
    }

    @Injectable()
    export class InvoiceTools {
      constructor(private readonly invoices: InvoicesService) {}

      @Tool({ name: 'invoices_create', description: 'Create an invoice', inputSchema: NewInvoice })
      @Scopes('invoices:write')
      create(@Input() { customer }: z.infer<typeof NewInvoice>, @CurrentCaller() caller: Caller) {
        return this.invoices.create(caller.userId, customer);
      }
    }

    @Controller('api/invoices')
    export class InvoicesController {
      constructor(private readonly invoices: InvoicesService) {}

      @Get()
      @Scopes('invoices:read')
      async list(@CurrentCaller() caller: Caller) {
        return { invoices: await this.invoices.list(caller.userId) };
      }
    }

    @Module({
      imports: [TypeOrmModule.forFeature([Invoice])],
      controllers: [InvoicesController],
      providers: [InvoicesService, InvoiceTools],
    })
    export class InvoicesModule {}
  `,
};
