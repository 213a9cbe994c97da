import { type Command, Option } from 'commander';
import { examples } from '../examples.js';
import { JSON_OPTION, type OutputOptions } from '../print-result.js';
import { runAction } from '../run-action.js';

interface AskOptions extends OutputOptions {
  url: string;
  key?: string;
}

export function addAskCommand(program: Command): void {
  program
    .command('ask')
    .argument('<question>', 'what you want to know')
    .description('ask a running service a question about your documents')
    .addOption(
      new Option('--url <url>', 'where the service is').env('BOUNCER_URL').default('http://127.0.0.1:3000'),
    )
    .addOption(
      new Option('--key <key>', 'an API key with assistant:ask and documents:read').env('BOUNCER_API_KEY'),
    )
    .option(...JSON_OPTION)
    .addHelpText('after', examples('bouncer ask "What were our Q3 revenue numbers?"'))
    .action(async (question: string, options: AskOptions) => {
      const { askAssistant } = await import('../actions/ask-assistant.js');
      await runAction(() => askAssistant({ question, ...options }));
    });
}
