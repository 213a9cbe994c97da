import { Server } from '../../faults/server.mjs';
import { expectEqual } from './suite.mjs';

/** What somebody with the powers of a superuser may do, which no role of the service may. */
const TAMPER = `
  SET session_replication_role = replica;
  UPDATE audit_events SET user_name = 'Somebody else' WHERE tool = 'documents_delete'`;
const SEALED = `
  SELECT 1 FROM audit_events e JOIN audit_seals s ON s.node_id = e.node_id AND s.to_seq >= e.node_seq
  WHERE e.tool = 'documents_delete'`;

/** Somebody has changed a row of the audit behind the service. */
export const tamperingCases = (suite) => ({
  'Tampering: a row that was changed is found by a verification, told on the overview, and opened':
    async () => {
      const database = await Server.start();
      const { url: DATABASE_URL, ownerUrl: MIGRATION_DATABASE_URL } = database.urls;
      const there = await suite.beside({ DATABASE_URL, MIGRATION_DATABASE_URL });
      try {
        const key = { name: 'Laptop', scopes: ['documents:read'] };
        const { apiKey } = (await there.request('POST', '/api/mcp/keys', key)).body;
        const id = '01890000-0000-7000-8000-000000000000';
        expectEqual(await there.call(apiKey, 'documents_delete', { id }), 403);
        const page = await there.signIn('/console/audit');
        await there.reloadUntil(page, page.getByRole('row', { name: /documents_delete/ }));
        await page.getByRole('link', { name: 'Verify and seals' }).click();
        const sheet = page.getByRole('dialog', { name: 'Is the trail whole?' });
        const verified = (state) => sheet.locator(`[data-verification=${state}]`).waitFor();
        await sheet.getByRole('button', { name: 'Verify now' }).click();
        await verified('passed');
        // A row that no seal covers yet is counted, and not compared.
        for (; (await database.query(SEALED)).length === 0; await page.waitForTimeout(100));
        await database.query(TAMPER);
        await sheet.getByRole('button', { name: 'Verify now' }).click();
        await verified('failed');
        await sheet.getByText('Changed', { exact: true }).waitFor();
        await there.expectAccessible(page);
        await sheet.getByRole('link', { name: 'Open the row' }).first().click();
        await page.getByRole('dialog', { name: 'documents_delete' }).getByText('Somebody else').waitFor();
        await page.goto('/console');
        await page.getByText(/The last verification of the audit has 1 finding/).waitFor();
        await there.expectAccessible(page);
        await page.context().close();
      } finally {
        await there.stop();
        await database.end();
      }
    },
});
