/** The part of a command's help that shows how it is called. */
export const examples = (...lines: string[]): string =>
  ['', 'Examples:', ...lines.map((line) => `  $ ${line}`), ''].join('\n');
