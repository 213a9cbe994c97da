// How each client is set up with what the service says, and made to list the tools and to call one.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { startScriptedModel } from './scripted-model.mjs';

const CALL = { name: 'documents_search', args: { query: 'travel' } };

/** A text that holds the JSON of `{ tools, result }`, or else says what went wrong. */
function lastJson(output) {
  const line = output.split('\n').findLast((each) => each.startsWith('{"tools"'));
  if (!line) throw new Error(output);
  return JSON.parse(line);
}

const toolsOf = (names, prefix) =>
  names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));

function assertConnected(output) {
  if (!output.includes('Connected')) throw new Error(output);
}

/** A program: the module of the settings, and what imports it. */
const program = async (place, { client, files }, more = {}) => {
  // Beside its packages, as in a project.
  const paths = files.map(({ locations: [{ path }] }) => join(dirname(place.modules), path));
  for (const [index, { content }] of files.entries()) writeFileSync(paths[index], content);
  const module = paths.at(-1);
  const driver = fileURLToPath(new URL(`drivers/${client}.mjs`, import.meta.url));
  return lastJson(await place.run(place.node, [driver, module], more));
};

/** With `--strict` it also says which schemas not every client takes. */
async function inspector(
  place,
  { commands: [list, call] },
  run = (command, more) => place.paste(command, more),
) {
  const cwd = dirname(place.modules);
  const listed = await run(`${list.command} --strict`, { cwd });
  if (/[1-9]\d* (error|warning)s? /.test(listed)) throw new Error(`The schemas of the tools: ${listed}`);
  const start = listed.indexOf('{\n  "tools"');
  if (start < 0) throw new Error(listed);
  const { tools } = JSON.parse(listed.slice(start, listed.lastIndexOf('}') + 1));
  return { tools: tools.map(({ name }) => name), result: await run(call.command, { cwd }) };
}

/** Claude Desktop starts what its file names and speaks to it over stdio: so does this. */
async function claudeDesktop(place, { files: [file] }) {
  const { command, args, env } = JSON.parse(file.content).mcpServers.bouncer;
  const { BOUNCER_API_KEY: key, ...bare } = place.env;
  const given = { BOUNCER_API_KEY: env.BOUNCER_API_KEY.replace('YOUR_API_KEY', key) };
  return overStdio(place, { command, args, env: { ...bare, ...given } });
}

async function overStdio(place, server) {
  const transport = new StdioClientTransport({ ...server, cwd: dirname(place.modules), stderr: 'pipe' });
  let said = '';
  transport.stderr.setEncoding('utf8').on('data', (text) => (said += text));
  const client = new Client({ name: 'real-clients', version: '1.0.0' });
  try {
    await client.connect(transport);
    const { tools } = await client.listTools();
    const result = await client.callTool({ name: CALL.name, arguments: CALL.args });
    return { tools: tools.map(({ name }) => name), result };
  } catch (error) {
    throw new Error(said || error.message, { cause: error });
  } finally {
    await client.close();
  }
}

async function claudeCode(place, { commands: [add, list], files: [file] }) {
  await place.paste(add.command);
  assertConnected(await place.paste(list.command));
  return askClaude(place, file);
}

async function askClaude(place, file) {
  const config = place.write('project/.mcp.json', file.content);
  const model = await startScriptedModel(CALL.name, CALL.args);
  const args = ['-p', 'Search', '--mcp-config', config, '--strict-mcp-config'];
  const output = await place.run('claude', [...args, '--allowedTools', `mcp__bouncer__${CALL.name}`], {
    env: { ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: 'none', ENABLE_TOOL_SEARCH: 'false' },
  });
  model.close();
  if (!model.result) throw new Error(output);
  return { tools: toolsOf(model.tools, 'mcp__bouncer__'), result: model.result };
}

async function codex(place, { commands: [add], files: [file] }) {
  const outcome = await place.paste(`${add.command} && cat .codex/config.toml`);
  if (!outcome.endsWith(file.content)) throw new Error(`Not what the file should be: ${outcome}`);
  const quiet = [
    'check_for_update_on_startup = false',
    'model_provider = "none"',
    'analytics = { enabled = false }',
    'model_providers = { none = { name = "none", base_url = "http://127.0.0.1:9/v1" } }',
  ];
  place.write('.codex/config.toml', `${quiet.join('\n')}\n\n${file.content}`);
  const driver = fileURLToPath(new URL('drivers/codex.mjs', import.meta.url));
  return lastJson(await place.run(place.node, [driver]));
}

async function geminiCli(place, { commands: [add, list], files: [file] }, signIn = async () => undefined) {
  const trust = { env: { GEMINI_CLI_TRUST_WORKSPACE: 'true' } };
  await place.paste(add.command, trust);
  await signIn(trust);
  assertConnected(await place.paste(list.command, trust));
  const own = {
    privacy: { usageStatisticsEnabled: false },
    security: { auth: { selectedType: 'gemini-api-key' } },
  };
  place.write('.gemini/settings.json', JSON.stringify({ ...own, ...JSON.parse(file.content) }));
  const model = await startScriptedModel(CALL.name, CALL.args);
  const args = ['-m', 'gemini-2.5-flash', '-p', 'Search', '--approval-mode', 'yolo'];
  const output = await place.run('gemini', args, {
    env: { ...trust.env, GOOGLE_GEMINI_BASE_URL: model.url, GEMINI_API_KEY: 'none' },
  });
  model.close();
  if (!model.result) throw new Error(output);
  return { tools: toolsOf(model.tools, 'mcp_bouncer_'), result: model.result };
}

/** How each client connects with what the service says of it, when its person signs in by a browser. */
const withoutKey = {
  async claudeCode(place, { commands: [add, login, list], files: [file] }) {
    await place.paste(add.command);
    const output = await place.typed(login.command);
    if (!output.includes('Authenticated with "bouncer"')) throw new Error(output);
    assertConnected(await place.paste(list.command));
    return askClaude(place, file);
  },
  /** Claude Desktop's own way needs its cloud. This is the other one: what its file starts, without the header. */
  claudeDesktop: (place, { url }) =>
    overStdio(place, { command: 'mcp-remote', args: [url, '--transport', 'http-only'], env: place.env }),
  /** It signs in as soon as it is added. */
  codex,
  async geminiCli(place, config) {
    const key = { GEMINI_API_KEY: 'none' };
    return geminiCli(place, config, async ({ env }) => {
      const output = await place.typed('gemini -p "/mcp auth bouncer"', { env: { ...env, ...key } });
      if (!output.includes('Successfully authenticated')) throw new Error(output);
    });
  },
  inspector: (place, config) => inspector(place, config, (command, more) => place.typed(command, more)),
  /** It prints the address for its person. */
  program: (place, config) => program(place, config, { opens: /Open (http\S+)/ }),
};

/** Why others are not run without a key. */
export const NOT_RUN = {
  'claude-ai': 'it connects from its own cloud',
  chatgpt: 'it connects from its own cloud',
  cursor: 'npm does not have it',
  'vs-code': 'npm does not have it',
  windsurf: 'npm does not have it',
};

/**
 * `use` sets the client up and uses it, and throws what the client shows where it cannot connect; `shows` is the part of that
 * which tells a person what is wrong.
 */
export const CLIENTS = [
  {
    packages: ['@anthropic-ai/claude-code@2.1.331'],
    settings: 'claude-code',
    use: claudeCode,
    signIn: (...given) => withoutKey.claudeCode(...given),
    shows: /Failed to connect.*/,
  },
  {
    packages: ['mcp-remote@0.15.1'],
    settings: 'claude-desktop',
    use: claudeDesktop,
    signIn: (...given) => withoutKey.claudeDesktop(...given),
    shows: /Fatal error: .*|Please authorize this client/,
  },
  {
    packages: ['@openai/codex@0.169.0'],
    settings: 'codex',
    use: codex,
    signIn: (...given) => withoutKey.codex(...given),
    shows: /The bouncer MCP server .*|Auth required, .*/,
  },
  {
    packages: ['@google/gemini-cli@0.61.0'],
    settings: 'gemini-cli',
    use: geminiCli,
    signIn: (...given) => withoutKey.geminiCli(...given),
    shows: /bouncer: .* - Disconnected/,
  },
  {
    packages: ['@modelcontextprotocol/inspector@2.12.0'],
    settings: 'inspector',
    use: inspector,
    signIn: (...given) => withoutKey.inspector(...given),
    shows: /\{"error".*/,
  },
  {
    packages: ['@ai-sdk/mcp@2.0.99'],
    settings: 'ai-sdk',
    use: program,
    signIn: (...given) => withoutKey.program(...given),
    shows: /\w*Error: .*/,
  },
  {
    packages: ['@langchain/mcp-adapters@1.1.4', '@langchain/core@1.4.0', '@langchain/langgraph@1.7.3'],
    settings: 'langchain',
    use: program,
    signIn: (...given) => withoutKey.program(...given),
    shows: /\w*Error: .*/,
  },
  {
    packages: ['@openai/agents@0.20.0', 'zod@4.6.7'],
    settings: 'openai-agents',
    use: program,
    signIn: (...given) => withoutKey.program(...given),
    shows: /\w*Error: .*/,
  },
];
