import { Transform } from 'class-transformer';

const VALUES = new Map<unknown, boolean>([
  ['true', true],
  ['false', false],
]);

/** Converts the query parameters `true` and `false`. Any other text is kept, so that `@IsBoolean()` refuses it. */
export const ToBoolean = () => Transform(({ value }: { value: unknown }) => VALUES.get(value) ?? value);
