import { VARIABLE_GROUPS } from './environment.js';
import { fileNameOf } from './secret-file.js';
import { descriptionOf, type VariableDescription } from './variable.js';

/** The lines around what is generated. Prettier leaves it as it is. */
const START = '<!-- prettier-ignore-start -->';
const END = '<!-- prettier-ignore-end -->';
const LINE_WIDTH = 100;

interface NamedVariable extends VariableDescription {
  name: string;
}

const groups: { title: string; variables: NamedVariable[] }[] = VARIABLE_GROUPS.map(
  ({ title, variables }) => ({
    title,
    variables: Object.entries(variables).map(([name, schema]) => ({ name, ...descriptionOf(schema) })),
  }),
);

/** Replaces the part of `docs/configuration.md` that is generated from the schema. */
export function withSettings(page: string): string {
  const [from, to] = [page.indexOf(START), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`The page needs ${START} and ${END}`);
  return `${page.slice(0, from)}${START}\n\n${groups.map(groupSection).join('\n')}\n${page.slice(to)}`;
}

/** The content of `.env.example`: every setting as a comment, so that a copy of the file changes nothing. */
export function envExample(): string {
  const header =
    'Settings of Bouncer. Copy this file to .env, remove the # in front of what you set, and start with\n' +
    '  set -a; . ./.env; set +a; npm start\n' +
    'A setting without a default shows an example. docs/configuration.md describes each one.';
  const sections = groups.map(
    ({ title, variables }) => `# --- ${title} ---\n\n${variables.map(exampleLines).join('\n')}`,
  );
  return `${commented(header)}\n\n${sections.join('\n')}`;
}

const groupSection = ({ title, variables }: (typeof groups)[number]): string =>
  `## ${title}\n\n${variables.map(section).join('\n')}`;

function section({
  name,
  description,
  shape,
  default: value,
  otherwise,
  formerly,
  secret,
  example,
}: NamedVariable): string {
  const otherwiseText =
    value === undefined ? `not set (${otherwise ?? 'not used'})` : defaultOf(value, shape);
  return [
    `### \`${name}\`\n`,
    `${description}\n`,
    `- Value: ${shape}`,
    `- Default: ${otherwiseText}`,
    `- Example: \`${name}=${quoted(example)}\``,
    ...(secret
      ? [`- Or in a file: \`${fileNameOf(name)}\` names it ([files for secrets](#files-for-secrets))`]
      : []),
    ...(formerly === undefined ? [] : [`- Former name, still read: \`${formerly}\``]),
    '',
  ].join('\n');
}

function exampleLines({ name, description, default: value, example }: NamedVariable): string {
  const text = description.replace(/\[([^\]]+)\]\([^)]+\)/g, '$1');
  return `${commented(text)}\n# ${name}=${quoted(value ?? example)}\n`;
}

/** `33554432` is hard to read, so its size in binary units stands beside it. */
function defaultOf(value: string, shape: string): string {
  const mebibytes = Number(value) / 1024 / 1024;
  if (!shape.includes('bytes') || mebibytes < 1) return `\`${value}\``;
  return `\`${value}\` (${mebibytes >= 1024 ? `${mebibytes / 1024} GiB` : `${mebibytes} MiB`})`;
}

/** As a shell reads it. */
const quoted = (value: string): string => (/^[\w.,:/@*+-]*$/.test(value) ? value : `'${value}'`);

const commented = (text: string): string =>
  text
    .split('\n')
    .flatMap(wrapped)
    .map((line) => `# ${line}\n`)
    .join('')
    .trimEnd();

function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(/(?<=\S) /)) {
    const line = lines.at(-1);
    if (line === undefined || line.length + word.length >= LINE_WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
