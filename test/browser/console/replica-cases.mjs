import { once } from 'node:events';
import { Cluster } from '../../replicas/support/cluster.mjs';
import { freePort } from '../../replicas/support/free-port.mjs';
import { Haproxy } from '../../replicas/support/haproxy.mjs';
import { expectEqual } from './suite.mjs';

const LOOKS = 1_800;

/** The console of three processes on one PostgreSQL, with haproxy before them. */
export function replicaCases(suite) {
  let cluster;
  let haproxy;
  let there;
  let key;

  async function serve(BOOTSTRAP_ADMIN_KEY, settings) {
    const port = await freePort();
    const PUBLIC_URL = `http://localhost:${port}`;
    cluster = await Cluster.start(3, { ...settings, BOOTSTRAP_ADMIN_KEY, PUBLIC_URL });
    haproxy = await Haproxy.start(cluster.replicas, port);
    return {
      url: haproxy.url,
      env: cluster.replicas[0].env,
      async stop() {
        await haproxy.stop();
        await cluster.end();
      },
    };
  }
  /** What each replica answers to a call of a tool. */
  const statuses = () =>
    Promise.all(
      cluster.replicas.map(async (replica) => {
        const call = {
          jsonrpc: '2.0',
          id: 1,
          method: 'tools/call',
          params: { name: 'documents_search', arguments: { query: 'anything' } },
        };
        return (await cluster.request(key.apiKey, replica, 'POST', '/mcp', call)).status;
      }),
    );

  return {
    'Replicas: who signs in through one is known to all, each of which serves the console': async () => {
      there = await suite.beside({}, serve);
      key = (await there.request('POST', '/api/mcp/keys', { name: 'Laptop', scopes: ['documents:read'] }))
        .body;
      const page = await there.signIn('/console/keys');
      for (const { port } of cluster.replicas) {
        // Cookies belong to the name of a host, whatever the port.
        await page.goto(`http://localhost:${port}/console/keys`);
        await page.getByRole('row', { name: /Laptop/ }).waitFor();
      }
      await page.context().close();
    },
    'Replicas: the live tail shows the calls that each of them has answered': async () => {
      const page = await there.signIn('/console/audit?tool=documents_search');
      await page.getByRole('button', { name: 'Go live' }).click();
      await page.getByText('Live', { exact: true }).waitFor();
      expectEqual(await statuses(), [200, 200, 200]);
      await page
        .getByRole('row', { name: /documents_search/ })
        .nth(2)
        .waitFor();
      await page.context().close();
    },
    'Replicas: a key that is revoked in the console is confirmed by three, and refused by each': async () => {
      const page = await there.signIn(`/console/keys/${key.id}`);
      await page.getByRole('button', { name: 'Revoke' }).click();
      const asked = page.getByRole('dialog', { name: 'Revoke Laptop' });
      await asked.getByLabel('Type Laptop to go on').fill('Laptop');
      await asked.getByRole('button', { name: 'Revoke' }).click();
      await page.getByText(/Revoked\. 3 replicas confirmed in \d+ ms/).waitFor();
      expectEqual(await statuses(), [401, 401, 401]);
      await page.context().close();
    },
    'Replicas: one that is killed takes neither the session nor the live tail with it': async () => {
      const page = await there.signIn('/console/audit');
      await page.getByRole('button', { name: 'Go live' }).click();
      await page.getByText('Live', { exact: true }).waitFor();
      const [killed] = cluster.replicas;
      killed.signal('SIGKILL');
      await once(killed.child, 'close');
      const document = { title: 'After the end of one', content: 'Two go on.' };
      let status;
      for (let looks = 0; looks < LOOKS && status !== 201; looks++) {
        ({ status } = await there.request('POST', '/api/documents', document).catch(() => ({})));
        if (status !== 201) await page.waitForTimeout(100);
      }
      await page
        .getByRole('row', { name: /document\.create/ })
        .first()
        .waitFor();
      await page.goto('/console/documents');
      await page.getByRole('row', { name: /After the end of one/ }).waitFor();
      await page.context().close();
      await there.stop();
    },
  };
}
