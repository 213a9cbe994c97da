import { SetMetadata } from '@nestjs/common';

export const DECLARATION_METADATA = Symbol.for('bouncer-mcp:declaration');

/** Stores a declaration on a method, where the registry finds it. */
export const declare = (kind: string, options: object) =>
  SetMetadata(DECLARATION_METADATA, { kind, options });
