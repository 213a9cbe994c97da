import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { InsufficientScope } from 'bouncer-mcp/client';
import { TestBouncer, type TestUser } from 'bouncer-mcp/testing';

interface InvoiceList {
  invoices: { customer: string; amountCents: number; currency: string }[];
}

describe('Invoices', () => {
  let bouncer: TestBouncer;

  before(async () => {
    bouncer = await TestBouncer.start({ env: { INVOICE_CURRENCY: 'CHF' } });
  });
  after(() => bouncer.stop());

  const keyOf = async (user: TestUser, ...scopes: string[]) => (await bouncer.createKey(user, scopes)).apiKey;
  const newKey = async (...scopes: string[]) => keyOf(await bouncer.createUser(), ...scopes);
  const shown = ({ invoices }: InvoiceList) =>
    invoices.map(({ customer, amountCents, currency }) => `${customer} ${amountCents} ${currency}`);

  it('are listed to their owner alone, over MCP and over REST', async () => {
    const [ada, bob] = [await newKey('invoices:read', 'invoices:write'), await newKey('invoices:read')];
    await bouncer.mcp(ada).callTool('invoices_create', { customer: 'Acme', amountCents: 1250 });
    assert.deepEqual(shown(await bouncer.mcp(ada).callTool<InvoiceList>('invoices_list')), ['Acme 1250 CHF']);
    const answer = await bouncer.request<InvoiceList>('GET', '/api/invoices', { key: ada });
    assert.deepEqual(shown(answer.body), ['Acme 1250 CHF']);
    assert.deepEqual(shown(await bouncer.mcp(bob).callTool<InvoiceList>('invoices_list')), []);
  });

  it('are not seen from another organisation, whatever a query forgets to ask for', async () => {
    const total = async (key: string) =>
      (await bouncer.request<{ cents: number }>('GET', '/api/invoices/total', { key })).body.cents;
    const organizations = [await bouncer.createOrganization(), await bouncer.createOrganization()];
    const keys = await Promise.all(
      organizations.map(async (organization) =>
        keyOf(await bouncer.createUser({}, organization), 'invoices:read', 'invoices:write'),
      ),
    );
    for (const [number, key] of keys.entries())
      await bouncer.mcp(key).callTool('invoices_create', { customer: 'Globex', amountCents: 100 + number });
    assert.deepEqual(await Promise.all(keys.map(total)), [100, 101]);
  });

  it('are not written with a key that may only read, and the audit trail says so', async () => {
    const key = await newKey('invoices:read');
    const call = bouncer.mcp(key).callTool('invoices_create', { customer: 'Acme', amountCents: 1 });
    await assert.rejects(call, InsufficientScope);
    const rows = await bouncer.auditRows("tool = 'invoices_create' AND outcome = 'denied'");
    assert.deepEqual(
      rows.map(({ reason }) => reason),
      ['insufficient_scope'],
    );
  });
});
