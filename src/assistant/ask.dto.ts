import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsString,
  Length,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { IfPresent, IsPlainText } from '../validation/validators.js';

const MAX_MESSAGES = 20;

export class HistoryMessageDto {
  @JSONSchema({ description: 'Who said it' })
  @IsIn(['user', 'assistant'])
  role!: 'user' | 'assistant';

  @JSONSchema({ description: 'What was said' })
  @IsString()
  @MaxLength(20_000)
  @IsPlainText()
  content!: string;
}

export class AskDto {
  @JSONSchema({ description: 'What you want to know' })
  @IsString()
  @Length(1, 2_000)
  @Matches(/[\p{L}\p{N}]/u, { message: '$property must have a letter or a digit' })
  @IsPlainText()
  question!: string;

  @JSONSchema({
    description:
      'The conversation before, the oldest first; "and Q2?" is then understood. Nothing of it is kept',
  })
  @IfPresent()
  @IsArray()
  @ArrayMaxSize(MAX_MESSAGES)
  @ValidateNested({ each: true })
  @Type(() => HistoryMessageDto)
  history?: HistoryMessageDto[];
}
