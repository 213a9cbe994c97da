import { pathToFileURL } from 'node:url';

const { client, tools } = await import(pathToFileURL(process.argv[2]));
const result = await tools.find(({ name }) => name === 'documents_search').invoke({ query: 'travel' });
console.log(JSON.stringify({ tools: tools.map(({ name }) => name), result }));
await client.close();
