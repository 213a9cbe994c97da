/** Picks the members that `@AuditMetadata` names out of a handler's input. */
export type MemberPicker = (given: unknown) => Record<string, unknown>;

type JsonSchema = Record<string, unknown>;

/** A tree of path parts. A leaf stands for a member that is kept as a whole. */
type Tree = Map<string, Tree>;

/** @param names of members; `filter.customer` is a member of a member */
export function memberPicker(names: readonly string[]): MemberPicker {
  const tree: Tree = new Map();
  for (const name of names) {
    let at = tree;
    for (const part of name.split('.')) {
      const below: Tree = at.get(part) ?? new Map();
      at.set(part, below);
      at = below;
    }
  }
  return (given) => pick(tree, given) ?? {};
}

/** Keeps the nesting of the input, so that members below a secret's name are masked with it. */
function pick(tree: Tree, given: unknown): Record<string, unknown> | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const kept: [string, unknown][] = [];
  for (const [name, below] of tree) {
    if (!Object.hasOwn(given, name)) continue;
    const value = (given as Record<string, unknown>)[name];
    kept.push([name, below.size > 0 ? pick(below, value) : value]);
  }
  return Object.fromEntries(kept);
}

/** @param of the handler, such as `tool whoami` @throws Error that lists the names that no input can have */
export function assertMembers(of: string, names: readonly string[], schema: JsonSchema): void {
  const unknown = names.filter((name) => !hasMember(schema, name.split('.'), schema));
  if (unknown.length === 0) return;
  const list = unknown.map((name) => `'${name}'`).join(', ');
  throw new Error(`The ${of}: its input has no ${list}, which @AuditMetadata names`);
}

function hasMember(schema: JsonSchema, [name, ...rest]: string[], root: JsonSchema): boolean {
  if (name === undefined) return true;
  const { $ref, properties, additionalProperties } = schema;
  if (typeof $ref === 'string') return hasMember(referred($ref, root), [name, ...rest], root);
  const member = (properties as Record<string, JsonSchema> | undefined)?.[name];
  if (member) return hasMember(member, rest, root);
  const branches = ['anyOf', 'oneOf', 'allOf'].flatMap((word) => (schema[word] ?? []) as JsonSchema[]);
  if (branches.some((branch) => hasMember(branch, [name, ...rest], root))) return true;
  if (typeof additionalProperties === 'object')
    return hasMember(additionalProperties as JsonSchema, rest, root);
  // A schema that accepts anything, such as `z.unknown()`, may have any member.
  return additionalProperties === true || Object.keys(schema).every((word) => word === 'description');
}

/** Resolves a reference within the same schema: `#`, `#/$defs/Customer`. */
function referred(reference: string, root: JsonSchema): JsonSchema {
  const parts = reference.split('/').slice(1);
  const found = parts.reduce<unknown>((at, part) => (at as JsonSchema | undefined)?.[part], root);
  return (found ?? {}) as JsonSchema;
}
