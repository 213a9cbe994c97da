/** Applies decorators to a method and its parameters as TypeScript does, so that peers need no compiler. */
export function decorateMethod(type, method, decorators, parameters = []) {
  const { prototype } = type;
  parameters.forEach((decorator, index) => decorator(prototype, method, index));
  const descriptor = Object.getOwnPropertyDescriptor(prototype, method);
  for (const decorator of decorators.toReversed()) decorator(prototype, method, descriptor);
  Object.defineProperty(prototype, method, descriptor);
}

/** @returns the class */
export function decorateClass(type, ...decorators) {
  for (const decorator of decorators.toReversed()) decorator(type);
  return type;
}
