import { integer } from '../value-schemas.js';
import { withDefault } from '../variable.js';

const MIB = 1024 * 1024;

/** The files that become documents. */
export const documentsVariables = {
  DOCUMENT_FILE_MAX_BYTES: withDefault(integer(1024, 256 * MIB, 'bytes'), String(25 * MIB), {
    description:
      'The largest file that is imported or uploaded [as a document](documents.md#import). A larger one is not read.',
    example: '10485760',
  }),
  DOCUMENT_FILE_SECONDS: withDefault(integer(1, 600, 'seconds'), '30', {
    description: 'How long reading one file may take. Then the process that reads it is ended.',
    example: '120',
  }),
};
