import { spawnSync } from 'node:child_process';
import { runInNewContext } from 'node:vm';
import * as ts from 'typescript';
import { type ClientSettings, KEY_VARIABLE, scriptText, shellWord } from './client-definition.js';
import { CLIENTS } from './clients.js';

const ADDRESSES = [
  'https://bouncer.example.com/mcp',
  'http://[::1]:3000/mcp',
  'http://10.0.0.7:3000/mcp',
  `https://example.com/it's "odd" $HOME \`id\`\\/mcp`,
];

const each = CLIENTS.filter(({ keySource }) => keySource !== 'none').flatMap((definition) =>
  ADDRESSES.map((address) => ({ ...definition, address, filledIn: definition.settings(address) })),
);
const withoutKey = CLIENTS.flatMap(({ client, oauth }) =>
  ADDRESSES.map((address) => ({ client, address, filledIn: oauth!(address) })),
);
/** How each client connects, with a key and without. */
const ways = [...each, ...withoutKey];
const named = (name: string, address: string) =>
  CLIENTS.find(({ client }) => client === name)!.settings(address);

const filesOf = ({ files }: ClientSettings, format: string) => files.filter((file) => file.format === format);
const namesIn = (value: unknown): unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap(namesIn) : [value];

describe('The settings of each client', () => {
  it('are known by names of their own', () => {
    const names = CLIENTS.map(({ client }) => client);
    expect(new Set(names).size).toBe(13);
    for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it.each(each)(
    'of $client at $address say what to do, and have no key in them',
    ({ filledIn, keySource }) => {
      const text = JSON.stringify(filledIn);
      expect(filledIn.steps.length).toBeGreaterThan(0);
      expect(filledIn.commands.length + filledIn.files.length).toBeGreaterThan(0);
      expect(text).not.toMatch(/mcp_[0-9A-Za-z]{20}/);
      for (const [, value] of text.matchAll(/Bearer ([^'"`\\]+)/g)) expect(value).toMatch(/^\$/);
      expect(text.includes(KEY_VARIABLE)).toBe(keySource !== 'prompt');
      expect(text.includes('YOUR_API_KEY')).toBe(keySource === 'file');
    },
  );

  it.each(ways)(
    'of $client at $address are well-formed JSON that names the address',
    ({ filledIn, address }) => {
      for (const { content } of filesOf(filledIn, 'json'))
        expect(namesIn(JSON.parse(content))).toContain(address);
    },
  );

  it.each(withoutKey)(
    'of $client at $address say how it connects without a key, and name the address',
    ({ filledIn, address }) => {
      const { steps, commands, files } = filledIn;
      const text = [
        ...steps,
        ...commands.map(({ command }) => command),
        ...files.map((each) => each.content),
      ];
      expect(steps.length).toBeGreaterThan(1);
      expect(text.join()).not.toMatch(/Bearer|API_KEY/);
      const written = [address, JSON.stringify(address).slice(1, -1), shellWord(address)];
      expect(written.some((each) => text.join().includes(each))).toBe(true);
    },
  );

  it('of clients that take no key lead to the other way', () => {
    const names = CLIENTS.filter(({ keySource }) => keySource === 'none');
    expect(names.map(({ client }) => client)).toEqual(['claude-ai', 'chatgpt']);
    for (const { settings } of names)
      expect(settings(ADDRESSES[0]!)).toEqual({
        steps: [expect.stringContaining('`oauth`')],
        commands: [],
        files: [],
        link: null,
        notes: [],
      });
  });

  it('of clients in a cloud say whether it can reach the address', () => {
    for (const name of ['claude-ai', 'chatgpt', 'claude-desktop']) {
      const noteAt = (address: string) =>
        CLIENTS.find(({ client }) => client === name)!.oauth!(address).notes[0];
      expect(noteAt('https://bouncer.example.com/mcp')).toContain('must reach this address');
      for (const address of ['http://10.0.0.7:3000/mcp', 'https://[::1]/mcp', 'https://localhost/mcp'])
        expect(noteAt(address)).toContain('do not reach this address');
    }
  });

  it.each(ways)('of $client at $address are JavaScript that compiles', ({ filledIn, address }) => {
    for (const { content } of filesOf(filledIn, 'javascript')) {
      const { diagnostics } = ts.transpileModule(content, {
        reportDiagnostics: true,
        compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
      });
      expect(diagnostics).toEqual([]);
    }
    for (const { content } of filesOf(filledIn, 'javascript').slice(-1)) {
      const [, literal] = /\burl: (.+),$/m.exec(content)!;
      expect(runInNewContext(literal!)).toBe(address);
    }
  });

  it.each(ways)('of $client at $address are commands whose words a shell keeps', ({ filledIn, address }) => {
    for (const { command } of filledIn.commands.filter((each) => each.command.includes('http'))) {
      const script = `${command.split(' ')[0]}() { printf '%s\\n' "$@"; }; BOUNCER_API_KEY=secret; ${command}`;
      const { stdout, status } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
      expect([status, stdout.split('\n')]).toEqual([0, expect.arrayContaining([address])]);
    }
  });

  it('of Codex are this TOML', () => {
    expect(named('codex', ADDRESSES[0]!).files[0]!.content).toBe(
      '[mcp_servers.bouncer]\nurl = "https://bouncer.example.com/mcp"\nbearer_token_env_var = "BOUNCER_API_KEY"\n',
    );
  });

  it('of Claude Code leave the variable to Claude Code, not to the shell', () => {
    const [add] = named('claude-code', ADDRESSES[0]!).commands;
    const script = `claude() { printf '%s\\n' "$@"; }; BOUNCER_API_KEY=secret; ${add!.command}`;
    expect(spawnSync('sh', ['-c', script], { encoding: 'utf8' }).stdout).toContain(
      'Authorization: Bearer ${BOUNCER_API_KEY}\n',
    );
  });

  it('of Claude Desktop allow http only where mcp-remote asks for it, and have no space in an argument', () => {
    const argsAt = (address: string): string[] =>
      JSON.parse(named('claude-desktop', address).files[0]!.content).mcpServers.bouncer.args;
    expect(argsAt('https://bouncer.example.com/mcp')).not.toContain('--allow-http');
    expect(argsAt('http://127.0.0.1:3000/mcp')).not.toContain('--allow-http');
    expect(argsAt('http://10.0.0.7:3000/mcp')).toContain('--allow-http');
    for (const argument of argsAt('http://10.0.0.7:3000/mcp')) expect(argument).not.toContain(' ');
  });

  it('of Cursor and VS Code have a link with the same server as the file', () => {
    const cursor = named('cursor', ADDRESSES[0]!);
    const config = new URL(cursor.link!).searchParams.get('config')!;
    expect(JSON.parse(Buffer.from(config, 'base64').toString())).toEqual(
      JSON.parse(cursor.files[0]!.content).mcpServers.bouncer,
    );
    const vsCode = named('vs-code', ADDRESSES[0]!);
    const { name, inputs, ...server } = JSON.parse(
      decodeURIComponent(vsCode.link!.replace('vscode:mcp/install?', '')),
    );
    expect(JSON.parse(vsCode.files[0]!.content)).toEqual({ inputs, servers: { [name]: server } });
  });
});

describe('A text', () => {
  const odd = [`it's`, '$HOME', '`id`', '"', '\\', 'a b', '', '!', 'é\n'];

  it.each(odd)('%j is one word of a shell', (text) => {
    const { stdout } = spawnSync('sh', ['-c', `printf '<%s>' ${shellWord(text)}`], { encoding: 'utf8' });
    expect(stdout).toBe(`<${text}>`);
  });

  it.each(odd)('%j is one text of JavaScript', (text) => {
    expect(runInNewContext(scriptText(text))).toBe(text);
  });
});
