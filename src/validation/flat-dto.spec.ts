import 'reflect-metadata';
import { plainToInstance, Type } from 'class-transformer';
import { IsInt, IsString, Length, Max, Min, validate, ValidateNested } from 'class-validator';
import { IfPresent, IfPresentOrNull, IsPlainText } from './validators.js';
import { flatDto } from './flat-dto.js';
import { ToWholeNumber } from './to-whole-number.js';

class Base {
  @IsString()
  @Length(1, 5)
  @IsPlainText()
  title!: string;
}

class Flat extends Base {
  @IfPresent()
  @IsInt()
  @Min(1)
  @Max(9)
  limit?: number;

  @IfPresentOrNull()
  @IsString()
  filename?: string | null;

  @IfPresent()
  @IsString()
  language = 'en';
}

class Converted {
  @ToWholeNumber()
  @IsInt()
  limit!: number;
}

class Nested {
  @ValidateNested()
  @Type(() => Base)
  base!: Base;
}

class Unchecked {}

/** Returns what class-transformer and class-validator make of an input. */
async function byLibrary(input: object) {
  const instance: object = plainToInstance(Flat, input);
  const errors = await validate(instance, { whitelist: true, forbidNonWhitelisted: true });
  return errors.length === 0 ? instance : undefined;
}

describe('A flat DTO', () => {
  const flat = flatDto(Flat)!;
  const texts = ['', 'a', 'abcde', 'abcdef', '\u0000', 1, null, undefined, true];
  const limits = [0, 1, 9, 10, 1.5, '3', null, undefined];
  const names = ['x', '', null, undefined, 7];
  const inputs = texts.flatMap((title) =>
    limits.flatMap((limit) =>
      names.flatMap((filename) => [
        { title, limit, filename },
        { title, filename, language: 'de' },
        { limit, title, other: 1 },
      ]),
    ),
  );

  it('accepts what the libraries accept, as the same instance, and nothing else', async () => {
    const accepted = [];
    for (const input of [{}, ...inputs]) {
      const expected = await byLibrary(input);
      const instance = flat(input);
      expect(instance).toStrictEqual(expected);
      if (instance) accepted.push(instance);
    }
    expect(accepted.length).toBeGreaterThan(20);
    expect(accepted[0]).toBeInstanceOf(Flat);
  });

  it.each([
    ['a list', []],
    ['a text', 'title'],
    ['a member that is an object', { title: { length: 3 } }],
    ['a member of every object', JSON.parse('{ "title": "a", "__proto__": 1 }')],
    ['an inherited name', { title: 'a', toString: 'b' }],
  ])('leaves %s to the libraries', (_, input) => {
    expect(flat(input)).toBeUndefined();
  });

  it('is not made of a class with converted or nested members, or without rules', () => {
    expect([Converted, Nested, Unchecked].map((type) => flatDto(type))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
