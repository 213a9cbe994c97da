import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsString, Matches, MaxLength, ValidateBy } from 'class-validator';
import { isAddressOfNobody } from '../../access/principal.js';
import { IsLine } from '../../validation/validators.js';

const IsOfAPerson = () =>
  ValidateBy({
    name: 'isOfAPerson',
    validator: {
      validate: (value: unknown) => typeof value !== 'string' || !isAddressOfNobody(value),
      defaultMessage: () => '$property is the address of an agent or a team',
    },
  });

/** Validates an e-mail address, and makes it what users are stored with: trimmed and in lower case. */
export const IsEmailAddress = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? value.trim().toLowerCase() : value,
    ),
    IsString(),
    MaxLength(254),
    Matches(/^[^\s@]+@[^\s@]+$/, { message: 'email must be an e-mail address' }),
    IsLine(),
    IsOfAPerson(),
  );
