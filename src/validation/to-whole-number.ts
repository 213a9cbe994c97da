import { Transform } from 'class-transformer';

/** Converts a query parameter in digits to a number. Any other text is kept, so that `@IsInt()` refuses it. */
export const ToWholeNumber = () =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value,
  );
