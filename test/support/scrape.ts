/** What a scrape says, by the name and labels of each sample, such as `bouncer_calls_total{tool="",outcome="success"}`. */
export class Scrape {
  readonly samples: ReadonlyMap<string, number>;

  constructor(readonly text: string) {
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    this.samples = new Map(
      lines.map((line) => {
        const end = line.lastIndexOf(' ');
        return [line.slice(0, end), Number(line.slice(end + 1).replace('+Inf', 'Infinity'))];
      }),
    );
  }

  /** The sum of all samples of this name that have these labels. */
  sum(name: string, labels: Record<string, string> = {}): number {
    const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    let sum = 0;
    for (const [sample, value] of this.samples) {
      if (sample.split('{')[0] !== name) continue;
      const has = sample.slice(name.length + 1, -1).split(',');
      if (wanted.every((label) => has.includes(label))) sum += value;
    }
    return sum;
  }

  /** The names of all metrics, with their type. */
  get types(): Map<string, string> {
    return new Map([...this.text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name!, type!]));
  }

  /** The values that a label has. */
  valuesOf(name: string, label: string): Set<string> {
    const found = new Set<string>();
    for (const sample of this.samples.keys()) {
      if (sample.split('{')[0] !== name) continue;
      const value = new RegExp(`[{,]${label}="([^"]*)"`).exec(sample)?.[1];
      if (value !== undefined) found.add(value);
    }
    return found;
  }
}
