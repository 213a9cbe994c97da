/** Programs for tables run what begins with one of these. */
const FORMULA = /^[=+\-@\t\r]/;

const cellOf = (value: string): string =>
  `"${(FORMULA.test(value) ? `'${value}` : value).replaceAll('"', '""')}"`;

/** Saves rows as a file of comma-separated values: those that were read, in the order in which they are seen. */
export function exportRows(
  name: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const lines = [header, ...rows].map((cells) => cells.map(cellOf).join(','));
  const address = URL.createObjectURL(new Blob([`${lines.join('\r\n')}\r\n`], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `${name}.csv`;
  link.click();
  URL.revokeObjectURL(address);
}
