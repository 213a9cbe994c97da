import { ValidateBy, ValidateIf } from 'class-validator';

/** Text that PostgreSQL can keep: anything but the character NUL. */
export const IsPlainText = () =>
  ValidateBy({
    name: 'isPlainText',
    validator: {
      validate: (value: unknown) => typeof value !== 'string' || !value.includes('\0'),
      defaultMessage: () => '$property must not contain the character NUL',
    },
  });

/** The member may be left out. Unlike `@IsOptional()`, `null` does not count as left out. */
export const IfPresent = () => ValidateIf((_, value) => value !== undefined);

/** The member may be left out or be `null`. */
export const IfPresentOrNull = () => ValidateIf((_, value) => value !== undefined && value !== null);

/** A JSON object whose text takes at most `maxBytes`, without the character NUL. */
export const IsSmallObject = (maxBytes: number) =>
  ValidateBy({
    name: 'isSmallObject',
    validator: {
      validate: (value: unknown) => isSmallObject(value, maxBytes),
      defaultMessage: () => `$property must be an object of at most ${maxBytes} bytes of JSON, without NUL`,
    },
  });

function isSmallObject(value: unknown, maxBytes: number): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const json = JSON.stringify(value);
  return Buffer.byteLength(json) <= maxBytes && !json.includes('\\u0000');
}
