import { pathToFileURL } from 'node:url';

const { client, tools } = await import(pathToFileURL(process.argv[2]));
const result = await tools.documents_search.execute({ query: 'travel' }, { toolCallId: '1', messages: [] });
console.log(JSON.stringify({ tools: Object.keys(tools), result }));
await client.close();
