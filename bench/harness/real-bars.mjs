import { LISTED } from './document-reads.mjs';

/**
 * Defines how much processor time the built-in tools may take.
 * @returns lines of `what`, `bar`, `measured` and `ok`; `ok` is undefined for a line that decides nothing
 */
export function realBars(medians) {
  const us = (name) => medians[name].cpuUs;
  const [echo, get, list] = [us('echo'), us('pg: one document'), us(`pg: a list of ${LISTED}`)];
  return [
    decides('`documents_get`: `echo` + 1.3 of the same read', echo + 1.3 * get, us('documents_get')),
    decides(
      `\`documents_list\` of ${LISTED}: \`echo\` + 2 of the same read`,
      echo + 2 * list,
      us('documents_list'),
    ),
    {
      what: `the same: \`echo\` + 2 of the read of one document`,
      bar: echo + 2 * get,
      measured: us('documents_list'),
    },
    decides('`whoami`: 1.3 of `echo`', 1.3 * echo, us('whoami')),
  ];
}

const decides = (what, bar, measured) => ({ what, bar, measured, ok: measured <= bar });
