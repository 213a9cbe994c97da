import { SetMetadata } from '@nestjs/common';

export const DECLARATION_METADATA = Symbol.for('bouncer-mcp:declaration');

/** What the decorators of this room leave on a method, for the registry. */
export const declare = (kind: string, options: object) =>
  SetMetadata(DECLARATION_METADATA, { kind, options });
