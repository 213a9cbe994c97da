// A small company that has used the service for a while: people, a team, keys, agents and documents, made by REST.

const PEOPLE = [
  { name: 'Ben Ortega', email: 'ben@example.com', role: 'member' },
  { name: 'Chiara Rossi', email: 'chiara@example.com', role: 'auditor' },
  { name: 'Dana Novak', email: 'dana@example.com', role: 'member' },
  { name: 'Emil Berg', email: 'emil@example.com', role: 'admin' },
];

const soon = (days) => new Date(Date.now() + days * 86_400_000).toISOString();
const KEYS = [
  { name: 'Laptop of Ben', owner: 0, scopes: ['documents:read', 'documents:write'], expiresAt: soon(80) },
  { name: 'Build server', owner: 0, scopes: ['documents:read'], ipAllowlist: ['127.0.0.1', '192.0.2.0/24'] },
  {
    name: 'Import of last year',
    owner: 2,
    scopes: ['documents:read', 'documents:write', 'documents:delete'],
  },
  { name: 'Desktop of Dana', owner: 2, scopes: ['documents:read'], expiresAt: soon(9) },
];
const AGENTS = [
  { name: 'Support assistant', owner: 0, scopes: ['documents:read'], requestsPerMinute: 120 },
  { name: 'Nightly report', owner: 3, scopes: ['documents:read', 'documents:write'], endsAt: soon(30) },
];

const DOCUMENTS = [
  {
    title: 'Travel policy',
    content:
      '# Travel policy\n\nTrips within the country need no approval. Trips abroad are approved by the head of the team at least ten days before.\n\n' +
      '## Working from abroad\n\nYou may work from another country of the European Union for up to 30 days a year. Tell the people team two weeks before, ' +
      'so that the certificate of social insurance arrives in time.\n\n## Expenses\n\nHand in receipts within four weeks. Hotels are paid up to 140 euros a night.',
  },
  {
    title: 'Incident handbook',
    content:
      '# Incident handbook\n\nWhoever notices an incident opens a channel and names a lead. The lead decides, and nobody else.\n\n' +
      '## A leaked key\n\nRevoke the key first, then look in the audit for what it did, then tell the owner. Do not wait for the owner.\n\n' +
      '## After the incident\n\nThe report is written within three working days and is read by everybody.',
  },
  {
    title: 'Release checklist',
    content:
      '# Release checklist\n\nThe branch is green, the changelog is written, and the migrations were run on a copy of the database.\n\n' +
      '## Rolling back\n\nDeploy the version of before. Migrations stay, because each version works with the schema of the next.',
  },
  {
    title: 'Onboarding',
    content:
      '# Onboarding\n\nOn the first day you get a laptop, a passkey and a key for the documents. Your mentor shows you the tools in the first week.',
  },
  {
    title: 'Price list',
    content:
      '# Price list\n\nThe basic plan is 19 euros a month, the team plan 49 euros a month for five people. Yearly plans are two months cheaper.',
  },
];

/** @returns the people, and the keys with their owners and secrets */
export async function makeCompany(suite) {
  const made = async (path, body) => {
    const answer = await suite.request('POST', path, body);
    if (answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const [{ id }] = (await suite.request('GET', '/api/organizations')).body.organizations;
  await suite.request('PATCH', `/api/organizations/${id}`, { name: 'Example Rockets' });
  const people = [];
  for (const person of PEOPLE) people.push(await made('/api/users', person));
  const team = await made('/api/teams', { name: 'Product' });
  for (const { id } of people)
    await suite.request('PUT', `/api/teams/${team.id}/members/${id}`, { role: 'member' });
  const keys = [];
  for (const { owner, ...key } of KEYS) {
    const { apiKey, ...rest } = await made('/api/mcp/keys', { ...key, userId: people[owner].id });
    keys.push({ ...rest, apiKey, owner: people[owner] });
  }
  for (const { owner, ...agent } of AGENTS) {
    const { key, id } = await made('/api/agents', { ...agent, ownerId: people[owner].id, withKey: true });
    keys.push({ ...key, owner: { id, name: agent.name }, actor: people[owner] });
  }
  for (const document of DOCUMENTS) {
    const { id } = await made('/api/documents', document);
    await suite.request('PUT', `/api/documents/${id}/shares/${team.id}`, { role: 'reader' });
  }
  return { people, keys };
}
