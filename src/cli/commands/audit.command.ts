import { type Command, Option } from 'commander';
import { examples } from '../examples.js';
import { JSON_OPTION, type OutputOptions } from '../print-result.js';
import { runAction } from '../run-action.js';

interface VerifyOptions extends OutputOptions {
  publicKey: string[];
  checkpoints: string[];
  heads: string[];
}

interface RotateOptions extends OutputOptions {
  newKeyFile?: string;
  compromised: boolean;
}

/** 1 says that the audit was checked and is not whole. */
const NOT_CHECKED = 2;

export function addAuditCommand(program: Command): void {
  const audit = program.command('audit').description('work on the audit trail');
  audit
    .command('verify')
    .description('check the audit trail against its seals')
    .option(
      '--public-key <file>',
      "a public key of the seals, instead of this service's own; may be repeated",
      collect,
      [],
    )
    .option(
      '--checkpoints <file>',
      'a file of checkpoints, instead of that of this service; may be repeated',
      collect,
      [],
    )
    // The former name of --checkpoints.
    .addOption(new Option('--heads <file>').argParser(collect).default([]).hideHelp())
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples(
        'DATA_DIR=./.data bouncer audit verify',
        'bouncer audit verify --public-key seal-key.pub.pem --checkpoints checkpoints.json --json',
      ),
    )
    .action(async (options: VerifyOptions) => {
      const { verify } = await import('../actions/verify-audit.js');
      await runAction(() => verify(options), NOT_CHECKED);
    });
  audit
    .command('rotate-seal-key')
    .description('give the seals of the audit trail another key, to which the present one hands over')
    .option('--new-key-file <file>', 'the new private key, where the present one is in AUDIT_SEAL_KEY_FILE')
    .option('--compromised', 'somebody else may have the present key: its signature proves nothing', false)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples(
        'DATA_DIR=./.data bouncer audit rotate-seal-key',
        'AUDIT_SEAL_KEY_FILE=old.pem bouncer audit rotate-seal-key --new-key-file new.pem',
      ),
    )
    .action(async (options: RotateOptions) => {
      const { rotate } = await import('../actions/rotate-seal-key.js');
      await runAction(() => rotate(options));
    });
}

const collect = (value: string, before: string[]): string[] => [...before, value];
