/** Names the kinds of handler parameters that the registry has to recognise. */
type ParameterKind = 'input' | 'interactive';

const PARAMETER_KIND = Symbol.for('bouncer-mcp:parameter-kind');

/** Marks the factory of a parameter decorator. The mark is the same in every copy of the package in the process. */
export const markParameter = <F extends object>(kind: ParameterKind, factory: F): F =>
  Object.assign(factory, { [PARAMETER_KIND]: kind });

export const isParameterOf = (kind: ParameterKind, factory: object | undefined): boolean =>
  factory !== undefined && PARAMETER_KIND in factory && factory[PARAMETER_KIND] === kind;
