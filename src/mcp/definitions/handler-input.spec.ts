import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, MaxLength, Min, ValidateBy, ValidateNested } from 'class-validator';
import * as z from 'zod';
import type { ServiceError } from '../../errors/service-error.js';
import { handlerInput } from './handler-input.js';

class AuthorDto {
  @IsString()
  name!: string;
}

class NoteDto {
  @IsString()
  @MaxLength(10)
  title!: string;

  @IsOptional()
  @IsInt()
  @Min(1)
  pages?: number;

  @IsOptional()
  @ValidateNested()
  @Type(() => AuthorDto)
  author?: AuthorDto;
}

const NoteSchema = z.object({
  title: z.string().max(10),
  pages: z.number().int().min(1).default(1),
  author: z.object({ name: z.string() }).optional(),
});

const refusal = (promise: Promise<unknown>): Promise<ServiceError> =>
  promise.then(
    () => {
      throw new Error('the arguments were accepted');
    },
    (error: ServiceError) => error,
  );

describe('handlerInput without a schema', () => {
  const input = handlerInput(undefined, undefined);

  it('promises a tool without arguments', () => {
    expect(input.jsonSchema).toEqual({ type: 'object', properties: {}, additionalProperties: false });
  });

  it('passes an empty object to the tool', async () => {
    await expect(input.validate({ a: 1 }, 'tool whoami')).resolves.toEqual({});
  });
});

describe('handlerInput of a class-validator DTO', () => {
  const input = handlerInput(undefined, NoteDto);

  it('has the JSON Schema of the class', () => {
    expect(input.jsonSchema).toEqual({
      type: 'object',
      properties: {
        title: { type: 'string', maxLength: 10 },
        pages: { anyOf: [{ type: 'integer', minimum: 1 }, { type: 'null' }] },
        author: {
          anyOf: [
            {
              type: 'object',
              properties: { name: { type: 'string' } },
              required: ['name'],
              additionalProperties: false,
            },
            { type: 'null' },
          ],
        },
      },
      required: ['title'],
      additionalProperties: false,
    });
  });

  it('has no unresolved reference, whatever validates a member', () => {
    class Leaf {
      @ValidateBy({ name: 'isSpelt', validator: { validate: () => true } })
      word?: string | null;

      @ValidateNested()
      leaf?: Leaf;

      @ValidateNested({ each: true })
      @Type(() => AuthorDto)
      authors!: AuthorDto[];
    }
    expect(handlerInput(undefined, Leaf).jsonSchema.properties).toEqual({
      word: {},
      leaf: {},
      authors: { type: 'array', items: {} },
    });
  });

  it('passes an instance of the class to the tool', async () => {
    const note = (await input.validate(
      { title: 'Plan', author: { name: 'Ada' } },
      'notes_create',
    )) as NoteDto;
    expect(note).toBeInstanceOf(NoteDto);
    expect(note.author).toBeInstanceOf(AuthorDto);
    expect(note).toEqual({ title: 'Plan', author: { name: 'Ada' } });
  });

  it('names the wrong argument and the tool', async () => {
    const error = await refusal(
      input.validate({ title: 'Far too long a title', pages: 0 }, 'tool notes_create'),
    );
    expect(error).toMatchObject({ code: 'validation_failed', status: 400 });
    expect(error.message).toMatch(/^Invalid arguments for tool notes_create: title: .+; pages: .+/);
    expect(error.options.data).toEqual({
      errors: [expect.stringMatching(/^title: /), expect.stringMatching(/^pages: /)],
    });
  });

  it('names a nested argument by its path', async () => {
    const error = await refusal(input.validate({ title: 'Plan', author: { name: 1 } }, 'tool notes_create'));
    expect(error.message).toContain('author.name: ');
  });

  it('refuses arguments that the class does not have', async () => {
    for (const more of [{ ownerId: 'x' }, { author: { name: 'Ada', role: 'admin' } }]) {
      const error = await refusal(input.validate({ title: 'Plan', ...more }, 'tool notes_create'));
      expect(error.code).toBe('validation_failed');
    }
  });

  it('treats missing arguments as an empty object', async () => {
    for (const nothing of [undefined, null, {}]) {
      const error = await refusal(input.validate(nothing, 'tool notes_create'));
      expect(error.message).toContain('title: ');
    }
  });

  it('keeps its rules for an argument named constructor', async () => {
    class Lenient {}
    for (const constructor of [Lenient, Object, {}, 'x']) {
      const error = await refusal(input.validate({ title: 1, constructor }, 'tool notes_create'));
      expect(error.code).toBe('validation_failed');
    }
  });
});

describe('handlerInput of a Standard Schema', () => {
  const input = handlerInput(NoteSchema, undefined);

  it("has the JSON Schema of the client's input", () => {
    expect(input.jsonSchema).toMatchObject({
      type: 'object',
      properties: { title: { type: 'string', maxLength: 10 }, pages: { type: 'integer', minimum: 1 } },
      required: ['title'],
    });
    expect(input.jsonSchema).not.toHaveProperty('$schema');
  });

  it('passes on the output of the schema', async () => {
    await expect(input.validate({ title: 'Plan' }, 'tool notes_create')).resolves.toEqual({
      title: 'Plan',
      pages: 1,
    });
  });

  it('names the wrong argument and the tool', async () => {
    const error = await refusal(input.validate({ title: 1, author: { name: null } }, 'tool notes_create'));
    expect(error).toMatchObject({ code: 'validation_failed', status: 400 });
    expect(error.message).toMatch(/^Invalid arguments for tool notes_create: title: .+; author\.name: .+/);
  });

  it('reports an issue of the arguments as a whole without a name', async () => {
    const either = handlerInput(
      z.object({ a: z.string().optional(), b: z.string().optional() }).refine(({ a, b }) => a ?? b, 'a or b'),
      undefined,
    );
    const error = await refusal(either.validate({}, 'tool notes_create'));
    expect(error.message).toBe('Invalid arguments for tool notes_create: a or b');
  });

  it('awaits asynchronous rules', async () => {
    const slow = handlerInput(
      z.object({ a: z.string().refine(async (a) => a === 'good', 'is not good') }),
      undefined,
    );
    await expect(slow.validate({ a: 'good' }, 'tool notes_create')).resolves.toEqual({ a: 'good' });
    expect((await refusal(slow.validate({ a: 'bad' }, 'tool notes_create'))).message).toContain(
      'a: is not good',
    );
  });

  it('takes precedence over a class', () => {
    expect(handlerInput(z.object({ other: z.string() }), NoteDto).jsonSchema).toMatchObject({
      required: ['other'],
    });
  });
});
