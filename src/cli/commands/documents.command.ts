import { type Command, Option } from 'commander';
import { type Language, LANGUAGES } from '../../documents/search/languages.js';
import { examples } from '../examples.js';
import { JSON_OPTION, type OutputOptions } from '../print-result.js';
import { runAction } from '../run-action.js';

interface ImportOptions extends OutputOptions {
  user: string;
  source?: string;
  language?: Language;
  prune?: boolean;
  dryRun?: boolean;
}

export function addDocumentsCommand(program: Command): void {
  const documents = program.command('documents').description('work on documents');
  documents
    .command('import')
    .argument('<folder>', 'the folder whose Markdown, text, HTML, PDF and DOCX files are imported')
    .description('import a folder of files as documents of a user')
    .requiredOption('--user <email>', 'who owns the documents')
    .option(
      '--source <name>',
      'the name by which a later import finds these documents; default: that of the folder',
    )
    .addOption(
      new Option(
        '--language <code>',
        'the language of the texts; default: detected, or as an import before gave it',
      ).choices(LANGUAGES),
    )
    .option('--prune', 'remove the documents of this source whose files are gone')
    .option('--dry-run', 'write nothing, and say what would be added, changed and removed')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples(
        'bouncer documents import --user ada@example.com ./docs',
        'bouncer documents import --user ada@example.com --prune --dry-run ./docs',
      ),
    )
    .action(async (folder: string, { user, ...options }: ImportOptions) => {
      const { importDocuments } = await import('../actions/import-documents.js');
      await runAction(() => importDocuments({ email: user, folder, ...options }));
    });
}
