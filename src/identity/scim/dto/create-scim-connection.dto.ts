import { IsString, Length } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { IsLine } from '../../../validation/validators.js';
import { IsDomains } from '../../domains.validator.js';

export class CreateScimConnectionDto {
  @IsString()
  @Length(1, 100)
  @IsLine()
  name!: string;

  @JSONSchema({ description: 'The domains of the addresses that the directory may add' })
  @IsDomains()
  domains!: string[];
}
