import { PAYLOADS } from './payloads.mjs';
import { ScriptedModel } from './scripted-model.mjs';
import { expectEqual } from './suite.mjs';

/** Nobody waits for a minute's calls to be over. */
/** Each opens a page anew. */
const SHEETS = 4;
const SCOPES = ['documents:read'];
/** They have no comma and no equals sign, which the setting would take as its own. */
const LINK_TITLES = [
  '"><script src>',
  "'><img src>",
  '</head><h1>Out</h1>',
  '<base>',
  '&quot;&gt;&lt;b&gt;',
  '{{constructor}}',
  '${ran}',
  '%3Cscript%3E',
];

/** What people, agents and models write is shown as the text that it is, wherever it is shown. */
export const payloadCases = (suite) => ({
  'Payloads: sixty texts that would run as HTML are text on every screen, and leave the browser nowhere':
    async () => {
      expectEqual([PAYLOADS.length, new Set(PAYLOADS).size], [60, 60]);
      const model = await ScriptedModel.start();
      const links = LINK_TITLES.map((title) => `${title}=/health`).join(',');
      const other = await suite.beside({ ...model.env, CONSOLE_LINKS: links });
      try {
        await write(other);
        const page = await other.signIn('/console/keys');
        const escapes = watch(page, other.url);
        await readLists(page);
        await readSettings(page, other);
        await readSheets(page, other);
        await readAnswer(page, model);
        expectEqual(escapes, []);
        expectEqual(suite.troubles, []);
        await page.context().close();
      } finally {
        await other.stop();
        await model.stop();
      }
    },
});

/** Writes each payload into each field that a person, an agent or a program fills. */
async function write(service) {
  const post = async (path, body) => {
    const answer = await service.request('POST', path, body);
    if (answer.status !== 201)
      throw new Error(`${path} ${JSON.stringify(body)}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  for (const [number, payload] of PAYLOADS.entries()) {
    const { apiKey } = await post('/api/mcp/keys', { name: payload, scopes: SCOPES });
    const owner = await post('/api/users', { email: `person${number}@example.com`, name: payload });
    await post('/api/agents', { name: payload, description: payload, scopes: SCOPES, ownerId: owner.id });
    await post('/api/teams', { name: payload });
    await post('/api/organizations', { name: payload });
    await connectCompany(post, number, payload);
    await post('/api/documents', {
      title: payload,
      content: `${payload} is what marmalade says`,
      filename: payload,
    });
    await callAs(service, apiKey, payload);
  }
  await post('/api/documents', { title: 'All of them', content: `marmalade\n\n${PAYLOADS.join('\n\n')}` });
}

/** A provider and a directory, each with domains of its own. */
async function connectCompany(post, number, name) {
  const domains = [`company${number}.example`];
  const client = { issuer: 'https://login.example.com', clientId: name };
  await post('/api/sso/connections', { kind: 'oidc', name, domains, ...client });
  await post('/api/scim/connections', { name, domains });
}

/** Calls tools, of which one is there, so that the audit has the payload as a user agent, an argument and a tool. */
async function callAs(service, key, payload) {
  for (const name of ['documents_search', payload])
    await fetch(`${service.url}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'user-agent': payload,
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name, arguments: { query: payload } },
      }),
    });
}

/** @returns what left the page, or ran in it */
function watch(page, url) {
  const escapes = [];
  page.on('dialog', (dialog) => {
    escapes.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const address = request.url();
    if (!address.startsWith(url) && !/^(data|blob):/.test(address)) escapes.push(`request: ${address}`);
  });
  page.on('frameattached', (frame) => escapes.push(`frame: ${frame.url()}`));
  return escapes;
}

async function expectNothingRan(page) {
  await page.getByRole('heading').first().waitFor();
  await page.getByRole('status', { name: 'Loading' }).first().waitFor({ state: 'detached' });
  expectEqual([page.url(), await page.evaluate(() => globalThis.ran ?? null)], [page.url(), null]);
}

/** Opens each screen of the rail. Where it lists the payloads, each is a text of it. */
async function readLists(page) {
  const screens = page.getByRole('navigation', { name: 'Screens' }).getByRole('link');
  for (let place = 0; place < (await screens.count()); place++) {
    await screens.nth(place).click();
    await expectNothingRan(page);
    const shown = await textsOf(page);
    if (!/\/console\/(keys|agents|documents)/.test(page.url())) continue;
    const missing = PAYLOADS.filter((payload) => !shown.includes(payload));
    expectEqual([page.url(), missing], [page.url(), []]);
  }
}

/** The text of a screen, of which only what is in sight is drawn. */
async function textsOf(page) {
  let texts = '';
  for (let part = 0; part < 8; part++) {
    texts += await page.locator('main').evaluate((main, part) => {
      main.scrollTop = (main.scrollHeight * part) / 8;
      return main.textContent;
    }, part);
    await page.evaluate(
      () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
    );
  }
  return texts;
}

/** Companies have these names, the organisation in which the person acts has one, and so have links in the menu. */
async function readSettings(page, service) {
  const { organizations } = (await service.request('GET', '/api/organizations?limit=100')).body;
  const { id } = organizations.find(({ isDefault }) => isDefault);
  await service.request('PATCH', `/api/organizations/${id}`, { name: PAYLOADS[0] });
  for (const part of ['organizations', 'providers', 'directories']) {
    await page.goto(`/console/settings/${part}`);
    await expectNothingRan(page);
    const shown = await textsOf(page);
    expectEqual([part, PAYLOADS.filter((payload) => !shown.includes(payload))], [part, []]);
  }
  const { connections } = (await service.request('GET', '/api/sso/connections')).body;
  for (const { id, name } of connections.slice(0, SHEETS)) {
    await page.goto(`/console/settings/providers/${id}`);
    await page.getByRole('dialog', { name, exact: true }).getByText(name).first().waitFor();
    await expectNothingRan(page);
  }
  await page.goto('/console/settings');
  await page.getByRole('button', { name: `Organisation: ${PAYLOADS[0]}` }).waitFor();
  await page.getByRole('button', { name: /^Signed in as/ }).click();
  const links = page.getByRole('navigation', { name: 'Links of the company' }).getByRole('link');
  expectEqual(await links.allTextContents(), LINK_TITLES);
  await expectNothingRan(page);
}

async function readSheets(page, service) {
  const { documents } = (await service.request('GET', '/api/documents?limit=100')).body;
  const { keys } = (await service.request('GET', '/api/mcp/keys?limit=100')).body;
  const { agents } = (await service.request('GET', '/api/agents?limit=100')).body;
  // The newest is the one that has all of them.
  for (const { id, title } of documents.slice(0, SHEETS)) {
    await page.goto(`/console/documents/${id}`);
    const sheet = page.getByRole('dialog');
    await sheet.getByText('marmalade').first().waitFor();
    await expectNothingRan(page);
    if (title !== 'All of them') continue;
    const text = await sheet.textContent();
    expectEqual(
      PAYLOADS.filter((payload) => !text.includes(payload)),
      [],
    );
  }
  for (const { id, name } of keys.filter(({ name }) => PAYLOADS.includes(name)).slice(0, SHEETS)) {
    await page.goto(`/console/keys/${id}`);
    await page.getByRole('dialog', { name }).waitFor();
    await expectNothingRan(page);
  }
  for (const { id, name } of agents.slice(0, SHEETS)) {
    await page.goto(`/console/agents/${id}`);
    const sheet = page.getByRole('dialog', { name });
    await sheet.getByRole('heading', { name: 'What it can do' }).waitFor();
    expectEqual((await sheet.getByRole('definition').first().textContent()).trim(), name.trim());
    await expectNothingRan(page);
  }
}

/** A model says them, in pieces that cut them, and a question has one. */
async function readAnswer(page, model) {
  const said = PAYLOADS.join('\n\n');
  model.pieces = said.match(/.{1,7}/gs);
  await page.goto(`/console/assistant?q=${encodeURIComponent(`marmalade ${PAYLOADS[12]}`)}`);
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  await page.getByText('Written by a language model from the passages below.').waitFor();
  await page.getByRole('region', { name: 'Sources' }).waitFor();
  await expectNothingRan(page);
  const elements = await page
    .locator('[data-answer] *')
    .evaluateAll((all) => all.map(({ localName }) => localName));
  expectEqual(
    elements.filter((name) => !['a', 'strong'].includes(name)),
    [],
  );
}
