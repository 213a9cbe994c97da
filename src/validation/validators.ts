import { Transform } from 'class-transformer';
import { ValidateBy, ValidateIf } from 'class-validator';
import { isLineText, isTitleText } from './line-text.js';
import { isPlainText } from './plain-text.js';
import { isTimestamp } from './timestamp.js';

/** Accepts text that PostgreSQL can store: without the character NUL, and without half a surrogate pair. */
export const IsPlainText = () =>
  ValidateBy({
    name: 'isPlainText',
    validator: {
      validate: (value: unknown) => typeof value !== 'string' || isPlainText(value),
      defaultMessage: () => '$property must be well-formed text without the character NUL',
    },
  });

/**
 * Accepts one line without control and format characters (escape sequences, changes of direction, zero-width and tag
 * characters). It is meant for names that appear in rows, logs and mails.
 */
export const IsLine = () =>
  ValidateBy({
    name: 'isLine',
    validator: {
      validate: (value: unknown) => typeof value !== 'string' || isLineText(value),
      defaultMessage: () => '$property must be one line without control characters or invisible ones',
    },
  });

/**
 * Accepts the same lines as {@link IsLine}, and also the joiners U+200C and U+200D, which some scripts and emoji
 * need. It is meant for titles.
 */
export const IsTitle = () =>
  ValidateBy({
    name: 'isTitle',
    validator: {
      validate: (value: unknown) => typeof value !== 'string' || isTitleText(value),
      defaultMessage: () =>
        '$property must be one line without control characters or invisible ones, joiners excepted',
    },
  });

/** Takes the spaces around a text away before it is validated, so that one of nothing but spaces is empty. */
export const Trimmed = () =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));

/** Accepts a time of RFC 3339, or a date, which means midnight in UTC. */
export const IsTimestamp = () =>
  ValidateBy({
    name: 'isTimestamp',
    validator: {
      validate: isTimestamp,
      defaultMessage: () => '$property must be a time such as 2027-01-31T12:00:00Z (RFC 3339)',
    },
  });

/** Lets a member be omitted. Unlike with `@IsOptional()`, `null` does not count as omitted. */
export const IfPresent = () => ValidateIf((_, value) => value !== undefined);

/** Lets a member be omitted or be `null`. */
export const IfPresentOrNull = () => ValidateIf((_, value) => value !== undefined && value !== null);

/** Accepts a JSON object of at most `maxBytes` whose strings PostgreSQL can store. */
export const IsSmallObject = (maxBytes: number) =>
  ValidateBy({
    name: 'isSmallObject',
    validator: {
      validate: (value: unknown) => isSmallObject(value, maxBytes),
      defaultMessage: () =>
        `$property must be an object of at most ${maxBytes} bytes of JSON, of well-formed text without NUL`,
    },
  });

function isSmallObject(value: unknown, maxBytes: number): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Buffer.byteLength(JSON.stringify(value)) <= maxBytes && hasPlainTexts(value);
}

function hasPlainTexts(value: unknown): boolean {
  if (typeof value === 'string') return isPlainText(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, member]) => isPlainText(name) && hasPlainTexts(member));
}
