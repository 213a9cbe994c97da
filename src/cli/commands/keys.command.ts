import { type Command, InvalidArgumentError } from 'commander';
import { examples } from '../examples.js';
import { JSON_OPTION, type OutputOptions } from '../print-result.js';
import { runAction } from '../run-action.js';

interface ImportOptions extends OutputOptions {
  user: string;
  scopes: string[];
  name: string;
}

export function addKeysCommand(program: Command): void {
  const keys = program.command('keys').description('make and import API keys');
  keys
    .command('generate')
    .description('print a key that nobody has yet, to be given as BOOTSTRAP_ADMIN_KEY')
    .option(...JSON_OPTION)
    .addHelpText('after', examples('bouncer keys generate', 'API_KEY_PREFIX=mcp_live bouncer keys generate'))
    .action(async (options: OutputOptions) => {
      const { generateKey } = await import('../actions/generate-key.js');
      await runAction(() => generateKey(options));
    });
  keys
    .command('import')
    .description('add keys of the old form by their hashes: standard input has a SHA-256 in hex on each line')
    .requiredOption('--user <email>', 'who owns the keys')
    .requiredOption('--scopes <scopes>', 'the scopes of the keys, by comma', scopeList)
    .option('--name <name>', 'the name of the keys', 'Imported')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples(
        'API_KEY_ACCEPT_HEX=true bouncer keys import --user ada@example.com --scopes documents:read < hashes.txt',
      ),
    )
    .action(async (options: ImportOptions) => {
      const { importKeys } = await import('../actions/import-keys.js');
      await runAction(() => importKeys(options));
    });
}

function scopeList(text: string): string[] {
  const scopes = text.split(',').filter(Boolean);
  if (scopes.length > 0) return scopes;
  throw new InvalidArgumentError('It must name at least one scope.');
}
