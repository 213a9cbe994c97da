import { IsIn, IsInt, Min } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { CreateDocumentDto } from '../dto/document.dto.js';
import { FILE_FORMATS, type FormatName } from '../formats/file-formats.js';

/** The document that an uploaded file becomes. Its rules are those of every new document. */
export class UploadedDocumentDto extends CreateDocumentDto {
  @JSONSchema({ description: 'What the file was' })
  @IsIn(FILE_FORMATS.map(({ name }) => name))
  format!: FormatName;

  @JSONSchema({ description: 'The size of the file' })
  @IsInt()
  @Min(1)
  bytes!: number;
}
