import * as z from 'zod';
import { answerSchema } from '../openapi/answer-schema.js';

const texts = () => z.array(z.string());
const named = () => ({ client: z.string(), title: z.string() });
const codex = { client: 'codex', title: 'Codex CLI' };

const example = {
  ...codex,
  url: 'https://bouncer.example.com/mcp',
  keyVariable: 'BOUNCER_API_KEY',
  keySource: 'environment' as const,
  steps: ['Run the first command, or write the file.'],
  commands: [
    {
      purpose: 'Add it',
      command:
        'codex mcp add bouncer --url https://bouncer.example.com/mcp --bearer-token-env-var BOUNCER_API_KEY',
    },
  ],
  files: [
    {
      locations: [{ where: 'all projects', path: '~/.codex/config.toml' }],
      format: 'toml' as const,
      content:
        '[mcp_servers.bouncer]\nurl = "https://bouncer.example.com/mcp"\nbearer_token_env_var = "BOUNCER_API_KEY"\n',
    },
  ],
  link: null,
  notes: ['The IDE extension reads the same file.'],
  oauth: {
    steps: ['Add it.', 'Sign in.'],
    commands: [
      { purpose: 'Add it', command: 'codex mcp add bouncer --url https://bouncer.example.com/mcp' },
      { purpose: 'Sign in', command: 'codex mcp login bouncer' },
    ],
    files: [
      {
        locations: [{ where: 'all projects', path: '~/.codex/config.toml' }],
        format: 'toml' as const,
        content: '[mcp_servers.bouncer]\nurl = "https://bouncer.example.com/mcp"\n',
      },
    ],
    link: null,
    notes: ['Codex opens a browser and waits for its answer.'],
  },
};

/** What is done, run and written so that a client connects. */
const way = () => ({
  steps: texts(),
  commands: z.array(z.object({ purpose: z.string(), command: z.string().describe('For a POSIX shell') })),
  files: z.array(
    z.object({
      locations: z
        .array(z.object({ where: z.string(), path: z.string() }))
        .describe('The same content, in one of these places'),
      format: z.enum(['json', 'toml', 'javascript']),
      // The whole file. Where the file exists already, the part of it that concerns this service.
      content: z.string(),
    }),
  ),
  link: z.string().nullable().describe('Opens the client, or the page of it, where the server is added'),
  notes: texts(),
});

/** How one client connects to this service. It never contains a key. */
export const clientConfigSchema = answerSchema(
  'ClientConfig',
  () =>
    z.object({
      ...named(),
      url: z.url().describe('Of the MCP endpoint'),
      keyVariable: z.string().describe('The environment variable that holds the key'),
      keySource: z
        .enum(['environment', 'prompt', 'file', 'none'])
        .describe(
          'Where the client takes the key from; `file`: it stands in the file, in place of `YOUR_API_KEY`; `none`: it takes no key, and connects as `oauth` says',
        ),
      ...way(),
      oauth: z
        .object(way())
        .nullable()
        .describe('How it connects without a key; `null` where it does not know OAuth'),
    }),
  example,
);
export type ClientConfig = z.infer<typeof clientConfigSchema>;

const clientSchema = answerSchema('Client', () => z.object(named()), codex);
export type ClientName = z.infer<typeof clientSchema>;

const clientListSchema = answerSchema(
  'ClientList',
  () => z.object({ clients: z.array(clientSchema), nextCursor: z.null() }),
  { clients: [codex], nextCursor: null },
);

export const clientConfigAnswerSchema = answerSchema(
  'ClientConfigAnswer',
  () => z.union([clientConfigSchema, clientListSchema]),
  example,
);
export type ClientConfigAnswer = z.infer<typeof clientConfigAnswerSchema>;
