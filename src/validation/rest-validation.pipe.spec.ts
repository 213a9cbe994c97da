import { IsOptional, IsString } from 'class-validator';
import { ServiceError } from '../errors/service-error.js';
import { RestValidationPipe } from './rest-validation.pipe.js';

class NoteDto {
  @IsOptional()
  @IsString()
  text?: string;
}

describe('The validation of bodies and queries', () => {
  const pipe = new RestValidationPipe();
  const check = (json: string) => pipe.transform(JSON.parse(json), { type: 'body', metatype: NoteDto });

  it.each(['toString', 'valueOf', 'hasOwnProperty', 'constructor', '__proto__', 'prototype', 'other'])(
    'refuses the member %s, which the class does not declare',
    async (name) => {
      await expect(check(`{ "text": "a", "${name}": 1 }`)).rejects.toMatchObject({
        code: 'validation_failed',
        message: expect.stringContaining(`${name}: is not known here`),
      });
    },
  );

  it('accepts the members that the class declares', async () => {
    await expect(check('{ "text": "a" }')).resolves.toEqual({ text: 'a' });
    await expect(check('{ "text": 1 }')).rejects.toBeInstanceOf(ServiceError);
  });
});
