import { defineConfig } from 'bouncer-mcp';
import { InvoicesModule } from './src/invoices/invoices.module.js';
import { invoiceSettings } from './src/invoices/invoices.service.js';

export default defineConfig({
  name: '{{name}}',
  version: '0.1.0',
  modules: [InvoicesModule],
  migrations: './migrations',
  settings: invoiceSettings,
  documents: false,
});
