import { Transform } from 'class-transformer';

/** A query's text as a number, where it is written in digits; anything else stays, for `@IsInt()` to refuse. */
export const ToWholeNumber = () =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value,
  );
