import type { Schema } from '../../api/client';

export type Usage = Pick<
  Schema<'KeyUsage'>,
  'calls' | 'failures' | 'denials' | 'limitsHit' | 'perDay' | 'perTool'
>;
type Counts = Pick<Usage, 'calls' | 'failures' | 'denials' | 'limitsHit'>;

export const USAGE_DAYS = 30;

const plus = <Row extends Counts>(one: Row, other: Counts): Row => ({
  ...one,
  calls: one.calls + other.calls,
  failures: one.failures + other.failures,
  denials: one.denials + other.denials,
  limitsHit: one.limitsHit + other.limitsHit,
});

/** Adds up rows that speak of the same. */
function joined<Row extends Counts>(rows: readonly Row[], nameOf: (row: Row) => string): Row[] {
  const sums = new Map<string, Row>();
  for (const row of rows) {
    const known = sums.get(nameOf(row));
    sums.set(nameOf(row), known ? plus(known, row) : row);
  }
  return [...sums.values()];
}

/** Returns what several keys did together. */
export function usageOfAll([first, ...others]: readonly Usage[]): Usage | undefined {
  if (!first) return undefined;
  const all = [first, ...others];
  return {
    ...others.reduce(plus, first),
    perDay: joined(
      all.flatMap(({ perDay }) => perDay),
      ({ day }) => day,
    ),
    perTool: joined(
      all.flatMap(({ perTool }) => perTool),
      ({ tool, action }) => `${tool} ${action}`,
    ).toSorted((one, other) => other.calls - one.calls),
  };
}
