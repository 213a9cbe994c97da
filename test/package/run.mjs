// The package as a company uses it: packed, installed by npx into an empty folder, a project made, served, called by a real
// MCP client, its specs and migrations run, and the package upgraded in place.
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Project } from './project.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SERVES = /Bouncer serves (http:\S+)\/mcp/g;
const work = mkdtempSync(join(tmpdir(), 'bouncer-package-'));
const data = mkdtempSync(join(tmpdir(), 'bouncer-package-data-'));
const here = new Project(work, data);
const project = new Project(join(work, 'my-backend'), data);
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const next = version.replace(/\d+$/, (patch) => String(Number(patch) + 1));

let passed = 0;
let failed = 0;

/** A step that the later ones may build on: what fails is counted and said, and the others go on. */
async function check(rule, step) {
  try {
    await step();
    passed++;
    console.log(`ok      ${rule}`);
  } catch (error) {
    failed++;
    console.log(`FAILED  ${rule}\n${error.stack}`);
  }
}

async function request(url, key, method, path, body) {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  assert.ok(response.ok, JSON.stringify(answer));
  return answer;
}

async function withClient(url, key, use) {
  const client = new Client({ name: 'package', version: '1.0.0' });
  const requestInit = { headers: { authorization: `Bearer ${key}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit }));
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

async function filesOf(target) {
  const files = (await target.must('git ls-files')).trim().split('\n');
  return files.filter((file) => !file.startsWith('.'));
}

/** A second tarball, as the next release would be. */
async function packNext() {
  const copy = join(work, 'next');
  mkdirSync(copy);
  await here.must(`tar -xzf bouncer-mcp-${version}.tgz -C next`);
  const path = join(copy, 'package/package.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace(`"version": "${version}"`, `"version": "${next}"`));
  await here.must('npm pack ./next/package --ignore-scripts');
  rmSync(copy, { recursive: true });
}

let adminKey;
let readKey;

await check('npm pack, then npx makes a project in an empty folder', async () => {
  await new Project(ROOT, data).must(`npm pack --pack-destination ${work}`);
  await here.must('npx --yes --package ./bouncer-mcp-*.tgz bouncer-mcp new my-backend');
  await project.must('git init -q');
  await project.must('git add -A');
  assert.ok((await filesOf(project)).length <= 12, 'the project has more than twelve files');
});
await check('npm install warns of nothing', async () => {
  const output = await project.must('npm install --no-audit --no-fund');
  assert.doesNotMatch(output, /npm warn/i);
});
await check('the first lines of git are the project and its lockfile alone', async () => {
  await project.must('git add -A');
  await project.must('git -c user.name=Company -c user.email=company@example.com commit -qm Start');
  assert.doesNotMatch(await project.must('git ls-files'), /node_modules|dist\//);
});
await check(
  'npm start serves the console, and its tool answers a real client with the scope, is refused without, and is audited',
  async () => {
    const service = project.start('npm start');
    try {
      const [, url] = await service.prints(SERVES);
      [, adminKey] = await service.prints(/API key \(shown only now\): (\S+)/g);
      const { apiKey } = await request(url, adminKey, 'POST', '/api/mcp/keys', {
        name: 'Writer',
        scopes: ['invoices:read', 'invoices:write'],
      });
      readKey = (
        await request(url, adminKey, 'POST', '/api/mcp/keys', { name: 'Reader', scopes: ['invoices:read'] })
      ).apiKey;
      const page = await fetch(`${url}/console`);
      const [, script] = /src="(\/console\/assets\/[^"]+)"/.exec(await page.text());
      assert.equal((await fetch(url + script)).status, 200);
      const invoice = { customer: 'Acme', amountCents: 1250 };
      const call = { name: 'invoices_create', arguments: invoice };
      const made = await withClient(url, apiKey, (client) => client.callTool(call));
      assert.equal(made.structuredContent.customer, 'Acme');
      await withClient(url, readKey, async (client) => {
        const { tools } = await client.listTools();
        assert.deepEqual(tools.map(({ name }) => name).sort(), ['invoices_list', 'whoami']);
        await assert.rejects(client.callTool(call), /invoices:write/);
      });
      const { invoices } = await request(url, readKey, 'GET', '/api/invoices');
      assert.deepEqual(
        invoices.map(({ currency }) => currency),
        ['EUR'],
      );
      const outcomes = async () => {
        const { events } = await request(url, adminKey, 'GET', '/api/audit?tool=invoices_create');
        return events.map(({ outcome, reason }) => `${outcome} ${reason}`).sort();
      };
      const deadline = Date.now() + 10_000;
      while ((await outcomes()).length < 2 && Date.now() < deadline)
        await new Promise((wake) => setTimeout(wake, 100));
      assert.deepEqual(await outcomes(), ['denied insufficient_scope', 'success null']);
    } finally {
      await service.stop();
    }
    assert.match(service.output, /audit drained/);
  },
);
await check('its spec passes', async () => {
  assert.match(await project.must('npm test'), /pass 3/);
});
await check('its migration is taken back and runs again, and nothing is left to generate', async () => {
  const reverted = JSON.parse(await project.must('npx bouncer migration revert --json'));
  assert.deepEqual(reverted, { reverted: 'Invoices1795100000000' });
  assert.deepEqual(JSON.parse(await project.must('npx bouncer migration run --json')), {
    ran: ['Invoices1795100000000'],
  });
  assert.deepEqual(JSON.parse(await project.must('npx bouncer migration generate nothing --json')), {
    file: null,
  });
});
await check('bouncer dev serves, and starts anew when a file has changed', async () => {
  const file = join(project.folder, 'src/invoices/invoices.module.ts');
  const before = readFileSync(file);
  const service = project.start('npm run dev');
  try {
    await service.prints(SERVES);
    appendFileSync(file, '\nexport const changed = true;\n');
    await service.prints(SERVES, 2);
  } finally {
    await service.stop();
    writeFileSync(file, before);
  }
});
await check('nothing of the package can be imported beside its three entry points', async () => {
  const importing = (name) => project.run(`node --input-type=module -e "await import('${name}')"`);
  for (const name of ['bouncer-mcp', 'bouncer-mcp/client', 'bouncer-mcp/testing'])
    assert.deepEqual([name, (await importing(name)).code], [name, 0]);
  for (const name of ['bouncer-mcp/dist/app.module.js', 'bouncer-mcp/package.json'])
    assert.match((await importing(name)).output, /ERR_PACKAGE_PATH_NOT_EXPORTED/);
});
await check('a wrong command line ends with 2', async () => {
  const { code, output } = await project.run('node_modules/.bin/bouncer-mcp strat');
  assert.equal(code, 2);
  assert.match(output, /Did you mean start\?/);
});
await check(
  'the package is upgraded in place: of the folder, only the version of the dependency differs',
  async () => {
    await packNext();
    await project.must(`npm install --no-audit --no-fund --save-exact ../bouncer-mcp-${next}.tgz`);
    assert.equal((await project.must('npx bouncer --version')).trim(), next);
    assert.equal(await project.must('git status --porcelain'), ' M package-lock.json\n M package.json\n');
    const lines = (await project.must('git diff -U0 package.json'))
      .split('\n')
      .filter((line) => /^[-+] /.test(line));
    assert.deepEqual(
      lines.map((line) => line.trim().replace(/\s+/g, ' ')),
      [
        `- "bouncer-mcp": "file:../bouncer-mcp-${version}.tgz",`,
        `+ "bouncer-mcp": "file:../bouncer-mcp-${next}.tgz",`,
      ],
    );
  },
);
await check('the upgraded service serves, with the invoices and keys that there were', async () => {
  await project.must('npx bouncer migration run');
  const service = project.start('npm start');
  try {
    const [, url] = await service.prints(SERVES);
    const list = await withClient(url, readKey, (client) =>
      client.callTool({ name: 'invoices_list', arguments: {} }),
    );
    assert.deepEqual(list.structuredContent.invoices, []);
  } finally {
    await service.stop();
  }
});

rmSync(work, { recursive: true });
rmSync(data, { recursive: true });
console.log(`Package: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
