import { ArrayMaxSize, IsArray, ValidateBy } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { isLineText } from '../../validation/line-text.js';

const MOST_GROUPS = 1_000;
const MOST_WORDS = 20;
const MOST_LETTERS = 64;

const isWord = (value: unknown): boolean =>
  typeof value === 'string' && value.length > 0 && value.length <= MOST_LETTERS && isLineText(value);

const isGroup = (value: unknown): boolean =>
  Array.isArray(value) && value.length >= 2 && value.length <= MOST_WORDS && value.every(isWord);

export class SynonymsDto {
  @JSONSchema({
    description: 'Lists of words that mean the same',
    items: {
      type: 'array',
      minItems: 2,
      maxItems: MOST_WORDS,
      items: { type: 'string', minLength: 1, maxLength: MOST_LETTERS },
    },
  })
  @IsArray()
  @ArrayMaxSize(MOST_GROUPS)
  @ValidateBy({
    name: 'isGroups',
    validator: {
      validate: (value: unknown) => !Array.isArray(value) || value.every(isGroup),
      defaultMessage: () => `each of $property must be a list of 2 to ${MOST_WORDS} words`,
    },
  })
  groups!: string[][];
}
