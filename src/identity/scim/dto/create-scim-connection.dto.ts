import { ArrayMaxSize, ArrayMinSize, IsArray, IsString, Length, Matches } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { IsLine } from '../../../validation/validators.js';

export class CreateScimConnectionDto {
  @IsString()
  @Length(1, 100)
  @IsLine()
  name!: string;

  @JSONSchema({ description: 'The domains of the addresses that the directory may add' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @Matches(/^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/i, {
    each: true,
    message: 'each of domains must be a domain such as example.com',
  })
  domains!: string[];
}
