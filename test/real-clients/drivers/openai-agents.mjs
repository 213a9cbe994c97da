import { pathToFileURL } from 'node:url';

const { server } = await import(pathToFileURL(process.argv[2]));
const tools = await server.listTools();
const result = await server.callTool('documents_search', { query: 'travel' });
console.log(JSON.stringify({ tools: tools.map(({ name }) => name), result }));
await server.close();
