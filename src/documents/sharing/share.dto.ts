import { IsIn, IsString, Length } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { IsTitle } from '../../validation/validators.js';
import { SHARE_ROLES, type ShareRole } from './document-share.entity.js';

export class ShareDocumentDto {
  @JSONSchema({ description: 'What the members of the team may do: an editor also changes the document' })
  @IsIn(SHARE_ROLES)
  role!: ShareRole;
}

export class SourceDto {
  @JSONSchema({ description: 'The name of the source, as the import gave it' })
  @IsString()
  @Length(1, 255)
  @IsTitle()
  source!: string;
}

export class ShareSourceDto extends SourceDto {
  @JSONSchema({ description: 'What the members of the team may do: an editor also changes the documents' })
  @IsIn(SHARE_ROLES)
  role!: ShareRole;
}
