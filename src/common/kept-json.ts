const kept = new WeakMap<object, string>();

/**
 * Keeps the JSON of a value that is a member of many results, so that a tool's result writes it once for all of them.
 * The value is frozen, because its JSON would not follow a change.
 *
 * @example
 * ```ts
 * private readonly rates = keepJson(loadRates());
 *
 * @Tool({ name: 'quote', description: 'Quotes a price' })
 * quote(@Input() { amount }: QuoteDto) {
 *   return { amount, rates: this.rates };
 * }
 * ```
 */
export function keepJson<T extends object>(value: T): T {
  freeze(value);
  kept.set(value, JSON.stringify(value));
  return value;
}

/** Returns what `JSON.stringify` returns. Members whose JSON is kept are not written again. */
export function jsonOf(value: object): string | undefined {
  return hasKept(value) ? withKept(value) : JSON.stringify(value);
}

function hasKept(value: object): value is Record<string, unknown> {
  for (const name of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[name];
    if (typeof member === 'object' && member !== null && kept.has(member))
      return !('toJSON' in value) && !Array.isArray(value);
  }
  return false;
}

/** Writes the members in their order: those between two kept ones together. */
function withKept(value: Record<string, unknown>): string {
  const parts: string[] = [];
  let others = noMembers();
  const writeOthers = () => {
    const json = JSON.stringify(others).slice(1, -1);
    if (json !== '') parts.push(json);
    others = noMembers();
  };
  for (const name of Object.keys(value)) {
    const member = value[name];
    const json = typeof member === 'object' && member !== null ? kept.get(member) : undefined;
    if (json === undefined) {
      others[name] = member;
    } else {
      writeOthers();
      parts.push(`${JSON.stringify(name)}:${json}`);
    }
  }
  writeOthers();
  return `{${parts.join(',')}}`;
}

/** Without a prototype, which a member of the name `__proto__` would be. */
const noMembers = (): Record<string, unknown> => Object.create(null) as Record<string, unknown>;

function freeze(value: object): void {
  if (Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const member of Object.values(value) as unknown[])
    if (typeof member === 'object' && member !== null) freeze(member);
}
