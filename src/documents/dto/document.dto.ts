import { IsIn, IsInt, IsString, IsUUID, Length, Max, MaxLength, Min } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { OmitType, PartialType } from '@nestjs/mapped-types';
import { IfPresent, IfPresentOrNull, IsPlainText, IsTitle } from '../../validation/validators.js';
import { type Language, LANGUAGES } from '../search/languages.js';

/** In characters. */
export const MAX_CONTENT = 500_000;

/** In characters. */
const MAX_QUERY = 10_000;

export class CreateDocumentDto {
  @JSONSchema({ description: 'A title; its words weigh more in a search' })
  @IsString()
  @Length(1, 300)
  @IsTitle()
  title!: string;

  @JSONSchema({ description: 'The text, plain or Markdown' })
  @IsString()
  @Length(1, MAX_CONTENT)
  @IsPlainText()
  content!: string;

  @JSONSchema({ description: 'A file name or path to remember, if there is one' })
  @IfPresentOrNull()
  @IsString()
  @MaxLength(500)
  @IsTitle()
  filename?: string | null;

  @JSONSchema({ description: 'The language of the text; detected if it is left out or null' })
  @IfPresentOrNull()
  @IsIn(LANGUAGES)
  language?: Language | null;

  @JSONSchema({
    description: 'The id of one of your teams, which shall own the document; you if it is left out or null',
  })
  @IfPresentOrNull()
  @IsUUID()
  teamId?: string | null;
}

/** Members that are left out stay unchanged, also a language that was given; `null` has it detected. */
export class UpdateDocumentDto extends PartialType(OmitType(CreateDocumentDto, ['teamId']), {
  skipNullProperties: false,
}) {}

export class SearchDocumentsDto {
  @JSONSchema({
    description:
      'A question, or words of which any may match; "quoted" for a phrase, + before what must occur, - before what must not, or between alternatives, * behind the beginning of a word',
  })
  @IsString()
  @Length(1, MAX_QUERY)
  @IsPlainText()
  query!: string;

  @JSONSchema({ description: 'How many results at most (default 10)' })
  @IfPresent()
  @IsInt()
  @Min(1)
  @Max(50)
  limit?: number;
}

/** Names one document in the arguments of a tool. Over REST, the path names it. */
export class DocumentIdDto {
  @JSONSchema({ description: "The document's id, as documents_search and documents_list give it" })
  @IsUUID()
  id!: string;
}

export class UpdateDocumentByIdDto extends UpdateDocumentDto {
  @JSONSchema({ description: "The document's id, as documents_search and documents_list give it" })
  @IsUUID()
  id!: string;
}

export class ListDocumentsDto {
  @JSONSchema({ description: 'How many documents at most (default 50)' })
  @IfPresent()
  @IsInt()
  @Min(1)
  @Max(100)
  limit?: number;

  @JSONSchema({ description: 'nextCursor of the page before' })
  @IfPresent()
  @IsString()
  @MaxLength(100)
  cursor?: string;
}

export class QuestionDto {
  @JSONSchema({ description: 'What you want to know' })
  @IsString()
  @Length(1, MAX_QUERY)
  @IsPlainText()
  question!: string;
}
