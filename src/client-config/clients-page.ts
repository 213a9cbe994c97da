import type { ClientDefinition, ClientSettings, ConfigFile, KeySource } from './client-definition.js';
import { CLIENTS } from './clients.js';

/** The example address on the page. */
const ENDPOINT = 'https://bouncer.example.com/mcp';

/** These lines enclose the generated part, which Prettier then skips. */
const START = '<!-- prettier-ignore-start -->';
const END = '<!-- prettier-ignore-end -->';

const KEY_SOURCES: Record<KeySource, string> = {
  environment: 'from the environment variable',
  prompt: 'asked for once',
  file: 'in the file',
  none: 'takes none',
};

/** Replaces the generated part of `docs/clients.md`. */
export function withClientSections(page: string): string {
  const [from, to] = [page.indexOf(START), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`The page needs ${START} and ${END}`);
  return `${page.slice(0, from)}${START}\n\n${sections()}\n${page.slice(to)}`;
}

const sections = (): string => [overview(), ...CLIENTS.map(section)].join('\n');

function overview(): string {
  const rows = CLIENTS.map(
    ({ client, title, keySource, oauth }) =>
      `| ${title} | \`${client}\` | ${KEY_SOURCES[keySource]} | ${oauth ? 'yes' : 'no'} |`,
  );
  return `| client | \`?client=\` | the key | without a key |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}

function section({ title, keySource, settings, oauth }: ClientDefinition): string {
  return [
    `## ${title}\n`,
    ...(keySource === 'none' ? ['It takes no key.\n'] : wayOf(settings(ENDPOINT))),
    ...(oauth ? ['### Without a key\n', ...wayOf(oauth(ENDPOINT))] : []),
  ].join('\n');
}

const wayOf = ({ steps, commands, files, link, notes }: ClientSettings): string[] => [
  `${steps.map((step, index) => `${index + 1}. ${step}`).join('\n')}\n`,
  ...commands.map(({ purpose, command }) => `${purpose}:\n\n${fenced('sh', command)}`),
  ...files.map((file) => `${placesOf(file)}:\n\n${fenced(file.format, file.content)}`),
  ...(link === null ? [] : [`Link:\n\n${fenced('text', link)}`]),
  ...(notes.length === 0 ? [] : [`${notes.map((note) => `- ${note}`).join('\n')}\n`]),
];

const placesOf = ({ locations }: ConfigFile): string =>
  locations.map(({ where, path }) => `\`${path}\` (${where})`).join(', ');

const fenced = (language: string, text: string): string =>
  `\`\`\`${language}\n${text.replace(/\n$/, '')}\n\`\`\`\n`;
