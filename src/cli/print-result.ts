export interface OutputOptions {
  json?: boolean;
}

/** The flag and the description of `--json`, the same for each command that has a result. */
export const JSON_OPTION = ['--json', 'print the result as one line of JSON'] as const;

/** Prints a result: for programs as one line of JSON, for people as text. */
export function printResult({ json }: OutputOptions, result: object, text: string): void {
  process.stdout.write(`${json ? JSON.stringify(result) : text}\n`);
}
